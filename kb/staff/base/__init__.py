"""Shared by all staff pages: routing, access, sessions, forms, links, labels."""
