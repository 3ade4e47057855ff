"""Tests of what helps translators."""
