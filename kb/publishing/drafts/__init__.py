"""Drafts of records: begun, saved as they go, decided on, thrown away."""
