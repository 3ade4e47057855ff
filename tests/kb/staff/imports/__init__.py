"""Tests of `kb/staff/imports/`."""
