"""Removes the characters of a text that no format of documents should contain."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but tab and line breaks
    "\u202a-\u202e\u2066-\u2069"  # they turn the direction of all text that follows
    "\ud800-\udfff\ufeff\ufffe\uffff"  # what XML or UTF-8 can't contain
    "]"
)


def printable(text: str) -> str:
    """Return a text without control characters, lone surrogates and turned directions.

    Words in Arabic or Hebrew need none of them. Tabs and line breaks are kept.
    """
    return _UNPRINTABLE.sub("", text)
