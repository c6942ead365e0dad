"""Measures the reader on labelled texts; never trains on them."""
