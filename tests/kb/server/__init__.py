"""Tests of `kb/server/`."""
