"""Mirrors `kb/briefs/`."""
