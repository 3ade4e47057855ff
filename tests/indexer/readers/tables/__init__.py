"""Mirrors `indexer/readers/tables/`."""
