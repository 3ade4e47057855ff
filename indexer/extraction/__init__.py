"""Passages, proposals and metadata of documents; what is indexed of records."""
