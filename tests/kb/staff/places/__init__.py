"""Tests of `kb/staff/places/`."""
