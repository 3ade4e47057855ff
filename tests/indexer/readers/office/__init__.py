"""Tests of `indexer/readers/office/`."""
