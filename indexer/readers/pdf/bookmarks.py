"""Reads the outline of a PDF: what its maker says are its titles."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import islice

import pypdfium2 as pdfium

_MOST_ENTRIES = 5_000
_DEEPEST = 6
_LONGEST = 300
_NUMBER = re.compile(r"^(?:[\divxlc]+[.)]?)+\s+", re.IGNORECASE)

Outline = dict[int, dict[str, int]]
"""By page, the titles as `bookmark_key` writes them, and how deep each lies."""


def read_outline(file: pdfium.PdfDocument) -> Outline:
    """Return the depth of each title of the outline, spelt by `bookmark_key`."""
    outline: defaultdict[int, dict[str, int]] = defaultdict(dict)
    entries = file.get_toc(max_depth=_DEEPEST)
    for bookmark in islice(entries, _MOST_ENTRIES):
        destination = bookmark.get_dest()
        index = None if destination is None else destination.get_index()
        if index is not None:
            level = int(bookmark.level) + 1
            outline[index + 1].setdefault(bookmark_key(bookmark.get_title()), level)
    return dict(outline)


@lru_cache(maxsize=8192)
def bookmark_key(title: str) -> str:
    """Write a title so that spaces, signs and its number make no difference."""
    bare = _NUMBER.sub("", title.strip())
    return "".join(char for char in (bare or title).casefold() if char.isalnum())


def depth_in(outline: Outline, page: int, title: str) -> int:
    """Give the depth of a title on a page, or 0 when the outline has it not."""
    if len(title) > _LONGEST or not any(outline.get(page + one) for one in (-1, 0, 1)):
        return 0
    key = bookmark_key(title)
    for near in (page, page - 1, page + 1):
        level = outline.get(near, {}).get(key)
        if key and level is not None:
            return level
    return 0
