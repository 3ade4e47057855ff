"""The sizes of letters on a web page, by its attributes and inline styles."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4 import Tag

from indexer.readers.paragraph_builder import ParagraphFormat, one_line

BODY_PX = 16.0
"""The size of text without a style."""

_FONT_SIZES = {"1": 10, "2": 13, "3": 16, "4": 18, "5": 24, "6": 32, "7": 48}
"""The sizes in pixels of the numbers of `<font size>` (HTML 5, section 15.3.4)."""

_KEYWORDS = {
    "small": 13,
    "medium": 16,
    "large": 18,
    "x-large": 24,
    "xx-large": 32,
    "xxx-large": 48,
}
_UNITS = {"px": 1.0, "pt": 4 / 3, "em": BODY_PX, "rem": BODY_PX, "%": BODY_PX / 100}
_SIZE = re.compile(
    r"font-size\s*:\s*(?:(?P<number>\d{1,4}(?:\.\d{1,4})?)\s*(?P<unit>px|pt|r?em|%)"
    r"|(?P<keyword>[a-z-]{4,12}))",
    re.IGNORECASE,
)
_LINES = ["p", "div", "center", "h1", "h2", "h3", "h4", "h5", "h6"]
_HEADING_PX = {"h1": 32.0, "h2": 24.0, "h3": 18.72, "h5": 13.28, "h6": 10.72}
"""The sizes of headings without a style (HTML 5, section 15.3.6)."""


def letter_sizes(page: Tag) -> Mapping[str, ParagraphFormat]:
    """Return the format of each line and paragraph of a page, by its text.

    Style sheets are not read: the pages of a cover that has no headings mostly have
    their sizes in the text.
    """
    return {
        text: ParagraphFormat(_size(tag), is_bold=False)
        for tag in page.find_all(_LINES)
        if (text := one_line(tag.get_text(" "))) and tag.find(_LINES) is None
    }


def _size(tag: Tag) -> float:
    """Return the largest size that the tag, or a tag with all of its text, states."""
    whole = one_line(tag.get_text(" "))
    inner = (each for each in tag.find_all() if one_line(each.get_text(" ")) == whole)
    sizes = [_own_size(each) for each in (tag, *inner)]
    return max(filter(None, sizes), default=_HEADING_PX.get(tag.name, BODY_PX))


def _own_size(tag: Tag) -> float:
    """Return the size that a tag states in pixels, 0 if it states none."""
    if tag.name == "font" and str(tag.get("size")) in _FONT_SIZES:
        return float(_FONT_SIZES[str(tag.get("size"))])
    match = _SIZE.search(str(tag.get("style") or ""))
    if match is None:
        return 0.0
    if match["keyword"]:
        return float(_KEYWORDS.get(match["keyword"].lower(), 0))
    return float(match["number"]) * _UNITS[match["unit"].lower()]
