"""A record as fields of its files: read, changed one by one, written back."""
