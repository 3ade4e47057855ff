"""Tests of indexer/meaning."""
