"""Channel-neutral conversation: an `Incoming` in, `Reply` objects out."""
