"""Tests of `kb/open_data/`."""
