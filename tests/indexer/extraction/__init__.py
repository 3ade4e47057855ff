"""Mirrors `indexer/extraction/`."""
