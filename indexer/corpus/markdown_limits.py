"""Finds what makes a short text in Markdown cost minutes, or exhausts the stack.

What is opened and never closed is looked for to the end of the text, each time: twenty
kilobytes of `![` cost half a minute, and all pages of the service wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

MAX_OPEN_BRACKETS = 20
"""How many brackets of a paragraph may be open at once."""

MAX_ODD = 50
"""How many tags or links of a text may be unlike those that people write."""

_NESTED = re.compile(rb"(?:>\s*){50}|(?:<[a-zA-Z][^<>]*>\s*){100}")
_DEEP_LIST = re.compile(
    rb"\n[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*){50}(?=[^\n]*[^-*+\s])"
    rb"|\n(?:\t| {4}){50}[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]"
)
"""A list within a list, fifty deep; a rule (`* * *`) holds no words."""

_BRACKET = re.compile(rb"[\[\]]|\n[ \t]*\n")
_ODD_TAG = re.compile(rb"<!\[|<[a-zA-Z/?!][^<>]*(?=<|\Z)")
# An address may hold parentheses: …/wiki/Lille_(ville).
_ODD_LINK = re.compile(
    rb'\]\((?![^()<>"\n]*(?:\([^()<>"\n]*\)[^()<>"\n]*)*(?:"[^"\n]*")?[ \t]*\))'
)


def conversion_hazard(text: bytes) -> int | None:
    """Give where the first tangle of a text is; None when it has none."""
    deep = _DEEP_LIST.search(b"\n" + text)
    if deep is not None:
        return max(0, deep.start() - 1)
    # To count signs costs less than to look.
    opened, tags, closed = text.count(b"["), text.count(b"<"), text.count(b">")
    if opened <= MAX_OPEN_BRACKETS and tags <= MAX_ODD and closed < MAX_ODD:
        return None
    places = (
        _nested(text),
        _too_many(_ODD_TAG, text),
        _too_many(_ODD_LINK, text),
        _open_brackets(text),
    )
    return min((each for each in places if each is not None), default=None)


def _nested(text: bytes) -> int | None:
    found = _NESTED.search(text)
    return None if found is None else found.start()


def _too_many(sign: re.Pattern[bytes], text: bytes) -> int | None:
    places = (found.start() for found in sign.finditer(text))
    return next(islice(places, MAX_ODD, None), None)


def _open_brackets(text: bytes) -> int | None:
    return next(
        (place for place, count in _counted(text) if count > MAX_OPEN_BRACKETS), None
    )


def _counted(text: bytes) -> Iterator[tuple[int, int]]:
    """Tell after each bracket how many are open; none is after a blank line."""
    count = 0
    for found in _BRACKET.finditer(text):
        match found[0]:
            case b"[":
                count += 1
            case b"]":
                count = max(0, count - 1)
            case _:
                count = 0
        yield found.start(), count
