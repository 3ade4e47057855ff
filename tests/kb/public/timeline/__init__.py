"""Mirrors `kb/public/timeline/`."""
