"""Mirrors `kb/public/lists/`."""
