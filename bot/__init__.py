"""The conversation with a young person and the doors through which it comes."""
