"""Folders on the disk: whole or not there, and what each of them holds."""
