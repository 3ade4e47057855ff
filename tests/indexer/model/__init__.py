"""Mirrors `indexer/model/`."""
