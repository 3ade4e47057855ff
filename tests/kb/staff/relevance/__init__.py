"""Tests of the relevance desk."""
