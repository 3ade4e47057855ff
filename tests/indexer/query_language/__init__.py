"""Tests of `indexer/query_language/`."""
