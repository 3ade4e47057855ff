"""Mirrors `kb/mail/`."""
