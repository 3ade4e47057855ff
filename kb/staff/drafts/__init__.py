"""Drafts: their list, form, preview and publication."""
