"""Tests of `indexer/model/`."""
