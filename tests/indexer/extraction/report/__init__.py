"""Tests of `indexer/extraction/report/`."""
