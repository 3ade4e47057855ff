"""Tests of the staff pages of published records."""
