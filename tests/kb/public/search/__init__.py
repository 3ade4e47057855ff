"""Mirrors `kb/public/search/`."""
