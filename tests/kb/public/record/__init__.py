"""Mirrors `kb/public/record/`."""
