"""Tests of `kb/database/`."""
