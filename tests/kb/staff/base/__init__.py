"""Tests of `kb/staff/base/`."""
