"""Markdown to HTML by cmark, the reference implementation of CommonMark.

Its time is linear in the length of any text. Deep nesting exhausts the programs that
read the HTML afterwards: `nested_line` finds it. References to footnotes are the one
construct whose HTML is much longer than its text, and their number is limited.
"""

import re
from typing import Any

from cffi import FFI
from cmarkgfm import _cmark, cmark
from cmarkgfm.cmark import Options

MAX_DEPTH = 100
"""The most HTML elements inside each other: lxml and browsers accept some 250."""

MAX_FOOTNOTE_MARKS = 1_000
"""A text with more `[^…]` has no footnotes: each is 70 times longer as HTML."""

FOOTNOTE_MARK = "[^"

_OPTIONS = Options.CMARK_OPT_UNSAFE
"""Raw HTML is passed through: nh3 sanitises it with the rest."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>[^<>]*)>")
_SOURCE_LINE = re.compile(r'data-sourcepos="(\d+):')
_VOID = {"br", "hr", "img"}
_SELF_CLOSING = {"p", "li", "dt", "dd", "tr", "td", "th"}
_DEEP_LINE = re.compile(rb"^[ \t>*+\-.)\d]{50}", re.MULTILINE)


# cmarkgfm never frees the tree and the HTML of a text, a megabyte for 20 kB
# (https://github.com/theacodes/cmarkgfm/issues/53), so `convert` frees them.
_FREEING = FFI()
_FREEING.cdef("void cmark_node_free(void *node); void free(void *memory);")
_LIBRARY = _FREEING.dlopen(_cmark.__file__)


def convert(text: str, options: int = 0) -> str:
    """Return the HTML of Markdown with tables and footnotes; it is not sanitised.

    Args:
        text: Markdown.
        options: options of cmark beside those that every text has.
    """
    options |= _OPTIONS
    if text.count(FOOTNOTE_MARK) <= MAX_FOOTNOTE_MARKS:
        options |= Options.CMARK_OPT_FOOTNOTES
    cmark.core_extensions_ensure_registered()
    parser = cmark.parser_new(options)
    try:
        cmark.parser_attach_syntax_extension(
            parser, cmark.find_syntax_extension("table")
        )
        cmark.parser_feed(parser, text)
        root = cmark.parser_finish(parser)
        try:
            extensions = cmark.parser_get_syntax_extensions(parser)
            return _taken(_cmark.lib.cmark_render_html(root, options, extensions))
        finally:
            _LIBRARY.cmark_node_free(_address(root))
    finally:
        cmark.parser_free(parser)


def _taken(html: Any) -> str:
    try:
        return str(_cmark.ffi.string(html).decode("utf-8"))
    finally:
        _LIBRARY.free(_address(html))


def _address(pointer: Any) -> Any:
    return _FREEING.cast("void *", int(_cmark.ffi.cast("uintptr_t", pointer)))


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
