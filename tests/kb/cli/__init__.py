"""Tests of `kb/cli/`."""
