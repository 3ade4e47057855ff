"""Documents as blocks, and passages of records."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from indexer.model.ids import Locale


class BlockType(StrEnum):
    """The types of blocks."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class BlockLink:
    """The words and the address of a link."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document: a heading, paragraph, list item, table row or footnote.

    `level` is the depth of a heading, from 1, or the nesting of a list item. `anchor`
    is the fragment of a heading's URL. `page` is the page of the file, from 1;
    `page_label` is the printed number where it differs. `cells` are the cells of a
    table row, empty ones included; the row's `text` joins them. `lines` are the lines
    of a short block that its author has broken; a block on one line has none. `size` is
    that of its letters, relative to most of the text; 0 if the file does not have it.
    """

    type: BlockType
    text: str
    anchor: str = ""
    page: int | None = None
    page_label: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()
    links: tuple[BlockLink, ...] = ()
    lines: tuple[str, ...] = ()
    size: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a file, in reading order."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a record under one heading, short enough to quote.

    `file` is the name of the file that contains the passage, if any, and `page` its
    page in that file.
    """

    locale: Locale
    text: str
    heading: str = ""
    anchor: str = ""
    page: int | None = None
    file: str = ""
