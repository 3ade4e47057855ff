"""Converts record files to form values, and back without losing comments or layout."""
