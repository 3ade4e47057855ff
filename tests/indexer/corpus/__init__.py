"""Mirrors `indexer/corpus/`."""
