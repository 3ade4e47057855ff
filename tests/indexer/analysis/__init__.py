"""Mirrors `indexer/analysis/`."""
