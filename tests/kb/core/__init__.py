"""Tests of `kb/core/`."""
