"""Tests of the forms of visitors."""
