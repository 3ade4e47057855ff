"""Tests of `kb/backup/`."""
