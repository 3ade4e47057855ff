"""Tests of `indexer/readers/web/`."""
