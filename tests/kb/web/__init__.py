"""Tests of `kb/web/`."""
