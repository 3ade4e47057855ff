"""Mirrors `indexer/query_language/`."""
