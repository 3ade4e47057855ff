"""Tests of the copy of the site."""
