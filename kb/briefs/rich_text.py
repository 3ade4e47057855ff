"""Texts with headings, lists, tables and links, as the formats of documents need them.

HTML that was sanitised (`indexer.readers.markdown.to_html`) becomes blocks and spans;
each format writes these in its own way, so that no text is ever read as markup.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text in one style; `url` is the address that it links to."""

    text: str
    url: str = ""
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class TextParagraph:
    """A paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TextHeading:
    """A heading inside a section: level 1 is the highest one there."""

    spans: tuple[Span, ...]
    level: int


@dataclass(frozen=True, slots=True)
class TextList:
    """A list; each of its items has blocks."""

    items: "tuple[tuple[TextBlock, ...], ...]"
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class TextQuote:
    """A quotation of blocks."""

    blocks: "tuple[TextBlock, ...]"


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table: a row of headings, and rows of cells, all of one length."""

    head: tuple[tuple[Span, ...], ...]
    rows: tuple[tuple[tuple[Span, ...], ...], ...]


TextBlock = TextParagraph | TextHeading | TextList | TextQuote | TextTable

_HIGHEST = 3
"""A section begins with its h2: the headings inside it are h3 or lower."""


def blocks_of(html: str, base_url: str) -> tuple[TextBlock, ...]:
    """Return the blocks of sanitised HTML; relative links are completed with a base."""
    blocks = _blocks(BeautifulSoup(html, "lxml").body or (), base_url)
    return tuple(_without_skipped_levels(blocks))


def is_web_address(url: str) -> bool:
    """Return whether an address may be a link: no script, no file of the reader."""
    return url.startswith(("http://", "https://", "mailto:"))


def plain_blocks(text: str) -> tuple[TextBlock, ...]:
    """Return the paragraphs of a text that a visitor typed, one for each line."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(TextParagraph((Span(line),)) for line in lines if line)


def plain_text(blocks: Iterable[TextBlock]) -> str:
    """Return the text of blocks, one line for each paragraph, item and row."""
    return "\n".join(_lines(blocks))


def _lines(blocks: Iterable[TextBlock]) -> Iterator[str]:
    for block in blocks:
        match block:
            case TextParagraph(spans) | TextHeading(spans):
                yield _joined(spans)
            case TextList(items):
                yield from (f"- {plain_text(item)}" for item in items)
            case TextQuote(quoted):
                yield from _lines(quoted)
            case TextTable(head, rows):
                for row in (head, *rows):
                    yield " | ".join(_joined(cell) for cell in row)


def _joined(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)


def _blocks(nodes: Iterable[PageElement], base: str) -> Iterator[TextBlock]:
    """Yield the blocks of nodes; inline nodes between two blocks are a paragraph."""
    inline: list[PageElement] = []
    for node in nodes:
        if isinstance(node, Tag) and node.name in _READERS:
            yield from _paragraph(inline, base)
            inline = []
            yield from _block(node, base)
        else:
            inline.append(node)
    yield from _paragraph(inline, base)


def _block(tag: Tag, base: str) -> Iterator[TextBlock]:
    yield from _READERS[tag.name](tag, base)


def _heading(tag: Tag, base: str) -> Iterator[TextBlock]:
    spans = _trimmed(_spans(tag.children, base, Span("")))
    if spans:
        yield TextHeading(spans, max(1, int(tag.name[1]) - _HIGHEST + 1))


def _list(tag: Tag, base: str) -> Iterator[TextBlock]:
    items = [_nested(child, base) for child in _children(tag, "li")]
    if any(items):
        yield TextList(tuple(filter(None, items)), tag.name == "ol")


def _quote(tag: Tag, base: str) -> Iterator[TextBlock]:
    yield TextQuote(_nested(tag, base))


def _code(tag: Tag, _base: str) -> Iterator[TextBlock]:
    lines = filter(None, tag.get_text().strip("\n").split("\n"))
    yield from (TextParagraph((Span(line, is_code=True),)) for line in lines)


def _nested(tag: Tag, base: str) -> tuple[TextBlock, ...]:
    """Return the blocks of an item or a quotation, its headings as bold paragraphs."""
    return tuple(
        TextParagraph(tuple(replace(span, is_bold=True) for span in block.spans))
        if isinstance(block, TextHeading)
        else block
        for block in _blocks(tag.children, base)
    )


def _without_skipped_levels(blocks: Iterable[TextBlock]) -> Iterator[TextBlock]:
    """Yield blocks whose headings go down one level at a time, as PDF/UA-1 asks."""
    level = 0
    for block in blocks:
        if isinstance(block, TextHeading):
            level = min(block.level, level + 1)
            yield replace(block, level=level)
        else:
            yield block


def _paragraph(nodes: Iterable[PageElement], base: str) -> Iterator[TextBlock]:
    spans = _trimmed(_spans(nodes, base, Span("")))
    if spans:
        yield TextParagraph(spans)


def _definitions(tag: Tag, base: str) -> Iterator[TextBlock]:
    for each in tag.find_all(["dt", "dd"], recursive=False):
        style = Span("", is_bold=each.name == "dt")
        spans = _trimmed(_spans(each.children, base, style))
        if spans:
            yield TextParagraph(spans)


def _table(tag: Tag, base: str) -> Iterator[TextBlock]:
    rows = [
        [_trimmed(_spans(cell.children, base, Span(""))) for cell in cells]
        for row in tag.find_all("tr")
        if (cells := _children(row, "th", "td"))
    ]
    if rows:
        width = max(map(len, rows))
        even = [(*row, *[()] * (width - len(row))) for row in rows]
        yield TextTable(even[0], tuple(even[1:]))


def _children(tag: Tag, *names: str) -> list[Tag]:
    return list(tag.find_all(list(names), recursive=False))


def _spans(nodes: Iterable[PageElement], base: str, style: Span) -> Iterator[Span]:
    for node in nodes:
        if isinstance(node, NavigableString):
            yield replace(style, text=str(node).replace("\n", " "))
        elif isinstance(node, Tag):
            if node.name == "br":
                yield replace(style, text=" ")
            else:
                yield from _spans(node.children, base, _styled(node, base, style))


def _styled(tag: Tag, base: str, style: Span) -> Span:
    match tag.name:
        case "strong" | "b":
            return replace(style, is_bold=True)
        case "em" | "i" | "cite":
            return replace(style, is_italic=True)
        case "code":
            return replace(style, is_code=True)
        case "a" if href := str(tag.get("href", "")):
            return replace(style, url=urljoin(base, href))
    return style


def _trimmed(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that are not empty, without blanks at either end."""
    found = [span for span in spans if span.text]
    while found and not found[0].text.strip(" "):
        found.pop(0)
    while found and not found[-1].text.strip(" "):
        found.pop()
    if found:
        found[0] = replace(found[0], text=found[0].text.lstrip(" "))
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
    return tuple(found)


_READERS: dict[str, Callable[[Tag, str], Iterator[TextBlock]]] = {
    "p": lambda tag, base: _paragraph(tag.children, base),
    "ul": _list,
    "ol": _list,
    "dl": _definitions,
    "blockquote": _quote,
    "table": _table,
    "pre": _code,
    "div": lambda tag, base: _blocks(tag.children, base),
    "hr": lambda *_: iter(()),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _heading),
}
"""What makes blocks of each element; all others are inline."""


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
