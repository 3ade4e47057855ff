"""Tests of `kb/staff/accounts/`."""
