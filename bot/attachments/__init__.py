"""Reads pictures and documents in child processes that may do little, for a short time, and keep nothing."""
