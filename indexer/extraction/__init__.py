"""From documents to passages, and from records to what an engine is given."""
