"""Tests of drafts and of what is published."""
