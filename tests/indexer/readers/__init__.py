"""Mirrors `indexer/readers/`."""
