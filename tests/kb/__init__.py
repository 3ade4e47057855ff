"""Mirrors `kb/`."""
