"""Judged queries on the real documents."""
