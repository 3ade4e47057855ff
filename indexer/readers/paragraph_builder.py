"""Blocks of paragraphs, tables, notes and list items, for office files and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexer.model.document import Block, BlockLink, BlockType
from indexer.readers.reader_input import count_words
from indexer.readers.text_repair import clean

LINE_BREAK = "\N{LINE SEPARATOR}"
"""What a break in a paragraph is written as; line feeds of HTML are mere blanks."""

_MAX_LINES = 8
_LONG_CELL_WORDS = 80


@dataclass(slots=True)
class ParagraphBuilder:
    """The text and the links of a paragraph, collected while its markup is walked.

    `boxes` are blocks of text boxes anchored in it, `notes` those of its footnotes.
    """

    parts: list[str] = field(default_factory=list)
    links: list[BlockLink] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text on one line."""
        return one_line("".join(self.parts))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of a short paragraph with breaks; none without a break."""
        texts = "".join(self.parts).split(LINE_BREAK)
        if not 1 < len(texts) <= _MAX_LINES:
            return ()
        lines = tuple(filter(None, map(one_line, texts)))
        return lines if len(lines) > 1 else ()

    @property
    def contents_line(self) -> str:
        """The text of an entry in a table of contents; tabs become leaders."""
        return one_line("".join(self.parts).replace("\t", " … "))

    def add_link(self, start: int, address: str) -> None:
        """Turn the parts from `start` on into a link, if its address is external."""
        link = link_of("".join(self.parts[start:]), address)
        if link is not None:
            self.links.append(link)

    def flush(self) -> Iterator[Block]:
        """Yield the paragraph if it has text, and start a new one."""
        text, links, lines = self.text, tuple(self.links), self.lines
        self.parts.clear()
        self.links.clear()
        if text:
            yield Block(BlockType.PARAGRAPH, text, links=links, lines=lines)

    def anchored_blocks(self) -> Iterable[Block]:
        """Return the blocks that come after the paragraph: text boxes, then notes."""
        return [*self.boxes, *self.notes]


def one_line(text: str) -> str:
    """Repair the characters of a text, and collapse its white space."""
    return " ".join(clean(text).split())


def link_of(text: str, address: str) -> BlockLink | None:
    """Return an external link (http, https, mailto); None for any other."""
    label = one_line(text)
    if label and address.startswith(("http://", "https://", "mailto:")):
        return BlockLink(label, address)
    return None


def table_blocks(rows: Sequence[Sequence[Sequence[Block]]]) -> list[Block]:
    """Return the rows of a table, given the blocks of each cell.

    A layout table, with headings or long texts in its cells, is read cell by cell.
    """
    cells = [cell for row in rows for cell in row if cell]
    if _is_layout(rows, cells):
        return [block for cell in cells for block in cell]
    return [block for row in rows for block in _row_blocks(row)]


def _is_layout(
    rows: Sequence[Sequence[Sequence[Block]]], cells: Sequence[Sequence[Block]]
) -> bool:
    blocks = [block for cell in cells for block in cell]
    types = {block.type for block in blocks}
    return (
        max(map(len, rows), default=0) < 2
        or BlockType.TABLE_ROW in types
        or (BlockType.HEADING in types and len(blocks) > len(cells))
        or count_words(blocks) > _LONG_CELL_WORDS * max(1, len(cells))
    )


def _row_blocks(row: Sequence[Sequence[Block]]) -> list[Block]:
    notes = [block for cell in row for block in cell if block.type is BlockType.NOTE]
    cells = [
        [block for block in cell if block.type is not BlockType.NOTE] for cell in row
    ]
    texts = tuple(" ".join(block.text for block in cell) for cell in cells)
    if not any(texts):
        return notes
    links = tuple(link for cell in cells for block in cell for link in block.links)
    text = " | ".join(filter(None, texts))
    return [Block(BlockType.TABLE_ROW, text, cells=texts, links=links), *notes]


def as_notes(blocks: Iterable[Block], number: str) -> list[Block]:
    """Join the blocks of a footnote into one; no block if it has no text."""
    texts = [block.text for block in blocks if block.text]
    if not texts:
        return []
    return [Block(BlockType.NOTE, f"{number} {' '.join(texts)}".strip())]


def as_item(block: Block, level: int) -> Block:
    """Turn a paragraph into a list item; return any other block unchanged."""
    if block.type is not BlockType.PARAGRAPH:
        return block
    return replace(block, type=BlockType.LIST_ITEM, level=level, lines=())
