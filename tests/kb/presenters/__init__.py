"""Mirrors `kb/presenters/`."""
