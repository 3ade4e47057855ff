"""Mirrors `kb/public/evidence/`."""
