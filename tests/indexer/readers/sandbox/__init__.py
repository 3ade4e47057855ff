"""Tests of `indexer/readers/sandbox/`."""
