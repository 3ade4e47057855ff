"""Bookmarks (outline) of a PDF: headings that its author declared."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice

import pypdfium2 as pdfium

_MAX_ENTRIES = 5_000
_MAX_DEPTH = 6
_MAX_TITLE_LENGTH = 300
_NUMBER = re.compile(r"^(?:[\divxlc]+[.)]?)+\s+", re.IGNORECASE)

Outline = dict[int, dict[str, int]]
"""For each page, the levels of its bookmarks from 1, by title."""


def read_outline(file: pdfium.PdfDocument) -> Outline:
    """Return the level of each bookmark, by page and title.

    Titles are in lower case without spaces, punctuation and their number.
    """
    outline: defaultdict[int, dict[str, int]] = defaultdict(dict)
    bookmarks = file.get_toc(max_depth=_MAX_DEPTH)
    for bookmark in islice(bookmarks, _MAX_ENTRIES):
        destination = bookmark.get_dest()
        index = None if destination is None else destination.get_index()
        if index is not None:
            level = int(bookmark.level) + 1
            outline[index + 1].setdefault(_bookmark_key(bookmark.get_title()), level)
    return dict(outline)


def _bookmark_key(title: str) -> str:
    without_number = _NUMBER.sub("", title.strip())
    return "".join(
        char for char in (without_number or title).casefold() if char.isalnum()
    )


def bookmark_level(outline: Outline, page: int, title: str) -> int:
    """Return the level of a bookmark on or beside a page; 0 if there is none."""
    pages = [
        outline[number] for number in (page, page - 1, page + 1) if number in outline
    ]
    if not pages or len(title) > _MAX_TITLE_LENGTH:
        return 0
    key = _bookmark_key(title)
    levels = (levels.get(key, 0) for levels in pages)
    return next(filter(None, levels), 0) if key else 0
