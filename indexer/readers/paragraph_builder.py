"""What the readers of office files share: stretches of text, and their links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from indexer.model.document import Block, BlockLink, BlockType
from indexer.readers.text_repair import clean

_LONG_CELL_WORDS = 80


@dataclass(slots=True)
class Writing:
    """The text of a paragraph as it is gathered, and what hangs on it.

    `boxes` are blocks of text boxes anchored in it, `notes` those of its notes; both
    follow it.
    """

    parts: list[str] = field(default_factory=list)
    links: list[BlockLink] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, its spaces single."""
        return one_line("".join(self.parts))

    def followers(self) -> Iterable[Block]:
        """Give what follows the paragraph."""
        return [*self.boxes, *self.notes]


def one_line(text: str) -> str:
    """Mend a text, and make of all that parts words a space."""
    return " ".join(clean(text).split())


def link_of(text: str, address: str) -> BlockLink | None:
    """Make a link that leads out of the file; None of any other."""
    shown = one_line(text)
    if shown and address.startswith(("http://", "https://", "mailto:")):
        return BlockLink(shown, address)
    return None


def table_blocks(rows: Sequence[Sequence[Sequence[Block]]]) -> list[Block]:
    """Make rows of a table, given the blocks of each cell.

    A table that only lays out a page, with titles or long texts in its cells, is read
    cell after cell.
    """
    cells = [cell for row in rows for cell in row if cell]
    if _is_layout(rows, cells):
        return [block for cell in cells for block in cell]
    return [made for row in rows for made in _row_blocks(row)]


def _is_layout(
    rows: Sequence[Sequence[Sequence[Block]]], cells: Sequence[Sequence[Block]]
) -> bool:
    if max((len(row) for row in rows), default=0) < 2:
        return True
    blocks = [block for cell in cells for block in cell]
    if any(block.type is BlockType.TABLE_ROW for block in blocks):
        return True
    headings = sum(block.type is BlockType.HEADING for block in blocks)
    words = sum(len(block.text.split()) for block in blocks)
    return (headings > 0 and len(blocks) > len(cells)) or (
        words > _LONG_CELL_WORDS * max(1, len(cells))
    )


def _row_blocks(row: Sequence[Sequence[Block]]) -> list[Block]:
    notes = [one for cell in row for one in cell if one.type is BlockType.NOTE]
    kept = [[one for one in cell if one.type is not BlockType.NOTE] for cell in row]
    texts = tuple(" ".join(block.text for block in cell) for cell in kept)
    if not any(texts):
        return notes
    links = tuple(link for cell in kept for block in cell for link in block.links)
    text = " | ".join(text for text in texts if text)
    return [Block(BlockType.TABLE_ROW, text, cells=texts, links=links), *notes]


def as_notes(blocks: Iterable[Block], number: str) -> list[Block]:
    """Make one note of the blocks of a note."""
    texts = [block.text for block in blocks if block.text]
    if not texts:
        return []
    return [Block(BlockType.NOTE, f"{number} {' '.join(texts)}".strip())]


def as_item(block: Block, level: int) -> Block:
    """Make a paragraph an item of a list."""
    if block.type is not BlockType.PARAGRAPH:
        return block
    return replace(block, type=BlockType.LIST_ITEM, level=level)
