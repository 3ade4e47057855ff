"""Mirrors `kb/citations/`."""
