"""Imports, drafts and changes of the content, without Flask.

New folders are staged and flushed to disk, then renamed into place: no record or draft
is ever incomplete on disk.
"""
