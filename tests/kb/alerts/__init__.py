"""Mirrors `kb/alerts/`."""
