"""Tests of `indexer/readers/pdf/`."""
