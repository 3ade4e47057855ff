"""Benchmarks of speed and relevance; not part of the tests."""
