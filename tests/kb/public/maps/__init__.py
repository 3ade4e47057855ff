"""Mirrors `kb/public/maps/`."""
