"""Tests of `kb/staff/drafts/`."""
