"""Finds Markdown that takes minutes to convert, or exhausts the stack.

The converter searches for the end of each open bracket to the end of the text: twenty
kilobytes of `![` take half a minute, and block all pages of the service.
"""

from __future__ import annotations

import re
from itertools import islice

MAX_OPEN_BRACKETS = 20
"""The most brackets that may be open at once in a paragraph."""

MAX_MALFORMED = 50
"""The most malformed tags or links in a text."""

_NESTED = re.compile(rb"(?:>\s*){50}|(?:<[a-zA-Z][^<>]*>\s*){100}")
_DEEP_LIST = re.compile(
    rb"\n[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*){50}(?=[^\n]*[^-*+\s])"
    rb"|\n(?:\t| {4}){50}[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]"
)
"""Lists nested fifty deep; a horizontal rule (`* * *`) has no words."""

_BRACKET = re.compile(rb"[\[\]]|\n[ \t]*\n")
_MALFORMED_TAG = re.compile(rb"<!\[|<[a-zA-Z/?!][^<>]*(?=<|\Z)")
# An address may contain parentheses: …/wiki/Lille_(ville).
_MALFORMED_LINK = re.compile(
    rb'\]\((?![^()<>"\n]*(?:\([^()<>"\n]*\)[^()<>"\n]*)*(?:"[^"\n]*")?[ \t]*\))'
)


def conversion_hazard(text: bytes) -> int | None:
    """Return the offset of the first dangerous construct of a text, or None."""
    if deep := _DEEP_LIST.search(b"\n" + text):
        return max(0, deep.start() - 1)
    # Counting characters is cheaper than the searches below.
    opened, tags, closed = text.count(b"["), text.count(b"<"), text.count(b">")
    if opened <= MAX_OPEN_BRACKETS and tags <= MAX_MALFORMED and closed < MAX_MALFORMED:
        return None
    offsets = (
        _match_offset(_NESTED, text, 0),
        _match_offset(_MALFORMED_TAG, text, MAX_MALFORMED),
        _match_offset(_MALFORMED_LINK, text, MAX_MALFORMED),
        _open_brackets(text),
    )
    return min((each for each in offsets if each is not None), default=None)


def _match_offset(pattern: re.Pattern[bytes], text: bytes, number: int) -> int | None:
    """Return the offset of a match by its number, from 0."""
    offsets = (match.start() for match in pattern.finditer(text))
    return next(islice(offsets, number, None), None)


def _open_brackets(text: bytes) -> int | None:
    depth = 0
    for bracket in _BRACKET.finditer(text):
        match bracket[0]:
            case b"[":
                depth += 1
            case b"]":
                depth = max(0, depth - 1)
            case _:
                depth = 0  # A blank line ends a paragraph.
        if depth > MAX_OPEN_BRACKETS:
            return bracket.start()
    return None
