"""What a reader found in a source, and the passages it is cut into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Locale


class BlockType(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class BlockLink:
    """Words that lead somewhere, and where."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a source: a heading, a paragraph, an item, a row or a footnote.

    `anchor` is a heading's place in its page, and `level` its depth, from 1; of an item
    of a list, `level` is how deep its list lies in others. `page` is the page of the
    file, counted from 1; `page_label` is what is printed on that page, where that
    differs. `cells` are those of a row, whose `text` joins them; an empty cell is kept,
    so that cells of one column stay in it.
    """

    type: BlockType
    text: str
    anchor: str = ""
    page: int | None = None
    page_label: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()
    links: tuple[BlockLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a source, in reading order."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a record short enough to quote, under one heading.

    `file` names the file that it comes from, when it comes from one, and `page` is the
    page of that file.
    """

    locale: Locale
    text: str
    heading: str = ""
    anchor: str = ""
    page: int | None = None
    file: str = ""
