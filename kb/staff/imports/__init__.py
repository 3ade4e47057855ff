"""Imports of files: uploads, tasks, and the review of extractions."""
