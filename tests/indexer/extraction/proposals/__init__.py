"""Tests of `indexer/extraction/proposals/`."""
