"""Mirrors `kb/feeds/`."""
