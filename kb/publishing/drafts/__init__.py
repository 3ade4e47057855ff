"""Drafts of records: edited, checked, and made from proposals."""
