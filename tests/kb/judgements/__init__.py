"""Tests of judged queries, curations and their measures."""
