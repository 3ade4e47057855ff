"""Mirrors `indexer/`."""
