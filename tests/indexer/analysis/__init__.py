"""Tests of `indexer/analysis/`."""
