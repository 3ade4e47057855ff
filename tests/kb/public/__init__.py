"""Mirrors `kb/public/`."""
