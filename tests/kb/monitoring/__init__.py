"""Mirrors `kb/monitoring/`."""
