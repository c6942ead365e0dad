"""Reads a text and says which signs of deceptive recruitment it shows. No network, no SQL, no Telegram."""
