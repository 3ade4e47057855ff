"""Blocks of an HTML fragment: headings, paragraphs, table rows."""

from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from indexer.model.document import Block, BlockType, Document

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LEAVES = {"p", "dt", "dd", "pre", "caption"}
_CONTAINERS = set(
    "ul ol li dl blockquote div section table tr thead tbody tfoot article main figure "
    "figcaption".split()
)
_SKIPPED = {"script", "style", "template", "nav", "sup"}


def read_html(html: str) -> Document:
    """Return the blocks of an HTML fragment."""
    return Document(tuple(_blocks(BeautifulSoup(html, "html.parser"))))


def _blocks(parent: Tag) -> Iterator[Block]:
    inline: list[str] = []
    for child in parent.children:
        if isinstance(child, NavigableString):
            inline.append(str(child))
        elif isinstance(child, Tag) and child.name not in _SKIPPED:
            if not _is_block(child):
                inline.append(child.get_text())
                continue
            yield from _paragraph("".join(inline))
            inline.clear()
            yield from _block(child)
    yield from _paragraph("".join(inline))


def _is_block(tag: Tag) -> bool:
    return tag.name in HEADINGS | _LEAVES | _CONTAINERS


def _block(tag: Tag) -> Iterator[Block]:
    if tag.name in HEADINGS:
        anchor = tag.get("id")
        yield Block(BlockType.HEADING, _text(tag.get_text()), str(anchor or ""))
    elif tag.name in _LEAVES:
        yield from _paragraph(tag.get_text())
    elif tag.name == "tr":
        cells = [_text(cell.get_text()) for cell in tag.find_all(["th", "td"])]
        yield from _paragraph("\u00a0: ".join(cell for cell in cells if cell))
    else:
        yield from _blocks(tag)


def _paragraph(text: str) -> Iterator[Block]:
    if text := _text(text):
        yield Block(BlockType.PARAGRAPH, text)


def _text(text: str) -> str:
    # Only white space that wraps lines collapses: no-break spaces stay.
    return " ".join(
        part for part in text.replace("\t", "\n").replace(" ", "\n").split("\n") if part
    )
