"""Mirrors `kb/public/brief/`."""
