"""Mirrors `kb/api/`."""
