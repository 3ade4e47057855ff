"""Imports: uploaded files are queued, read by a worker process, and become drafts."""
