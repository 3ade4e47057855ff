"""Mirrors `kb/public/document/`."""
