"""Benchmarks of speed and relevance, and the programs that make shipped data."""
