"""Thin doors: each turns updates of one channel into `Incoming` and sends `Reply` objects."""
