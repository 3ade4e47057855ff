"""A message as it stands in a page: alone, or after the name of what it is about."""

from __future__ import annotations


def as_sentence(text: str) -> str:
    """Give a remark as a sentence of its own."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def after_colon(text: str) -> str:
    """Give a sentence as it follows a colon: small, unless it begins with initials."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
