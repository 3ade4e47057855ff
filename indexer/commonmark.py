"""Markdown to HTML by cmark, the reference implementation of CommonMark.

Its time is linear in the length of any text. Deep nesting exhausts the programs that
read the HTML afterwards: `nested_line` finds it.
"""

from __future__ import annotations

import re

from cmarkgfm.cmark import Options, markdown_to_html_with_extensions

MAX_DEPTH = 100
"""The most HTML elements inside each other: lxml and browsers accept some 250."""

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
"""Raw HTML is passed through: nh3 sanitises it with the rest."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>[^<>]*)>")
_SOURCE_LINE = re.compile(r'data-sourcepos="(\d+):')
_VOID = {"br", "hr", "img"}
_SELF_CLOSING = {"p", "li", "dt", "dd", "tr", "td", "th"}
_DEEP_LINE = re.compile(rb"^[ \t>*+\-.)\d]{50}", re.MULTILINE)


def convert(text: str, options: int = 0) -> str:
    """Return the HTML of Markdown with tables and footnotes; it is not sanitised."""
    html: str = markdown_to_html_with_extensions(text, _OPTIONS | options, ["table"])
    return html


def nested_line(text: bytes) -> int | None:
    """Return the first line whose HTML is nested deeper than `MAX_DEPTH`, or None.

    Args:
        text: Markdown in UTF-8.
    """
    if not _may_be_nested(text):
        return None
    html = convert(text.decode("utf-8"), Options.CMARK_OPT_SOURCEPOS)
    opened: list[str] = []
    line = 1
    for tag in _TAG.finditer(html):
        source = _SOURCE_LINE.search(tag["attributes"])
        if source is not None:
            line = int(source[1])
        name = tag["name"].lower()
        if tag["end"]:
            # A parser reopens the elements inside the one that ends.
            if name in opened:
                opened.remove(name)
        elif not (name in _VOID or (name in _SELF_CLOSING and opened[-1:] == [name])):
            opened.append(name)
        if len(opened) > MAX_DEPTH:
            return line
    return None


def _may_be_nested(text: bytes) -> bool:
    """Whether a text has enough markers to be nested deeply; it is cheap to compute.

    A list or quotation of depth n begins with at least n markers, or 2n columns.
    """
    return (
        text.count(b"<") >= MAX_DEPTH
        or text.count(b"*") + text.count(b"_") >= 2 * MAX_DEPTH
        or _DEEP_LINE.search(text) is not None
    )
