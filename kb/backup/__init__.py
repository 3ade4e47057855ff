"""Backups: all that can't be regenerated, in one zip, verified and restored.

The zip holds `manifest.json`, `documents/…` and `instance/…`. The manifest names the
format, and the size and SHA-256 of each file. Later versions read all older formats.
"""
