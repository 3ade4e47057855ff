"""Tests of `kb/staff/dashboard/`."""
