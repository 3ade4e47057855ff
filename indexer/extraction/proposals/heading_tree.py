"""The outline of a document: blocks with their heading paths, no table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.model.document import Block, BlockType, Document

MAX_ENTRY_WORDS = 30

_CONTENTS = re.compile(
    r"(?:table of contents|(?:main )?contents|list of (?:figures|tables|boxes"
    r"|abbreviations)"
    r"|index|sommaire|table des (?:matières|matieres|figures|tableaux|illustrations"
    r"|encadrés)|liste des (?:figures|tableaux|encadrés|abréviations|sigles))\W*",
    re.IGNORECASE,
)
_LEADER = re.compile(
    r"(?:\.[ \u00a0]?){4,}|…[ …]*…|_{4,}|(?:·[ ]?){4,}"
    r"|[ \u00a0]…[ \u00a0]+(?:\d{1,3}|[ivxlc]+)[ \u00a0]*$"
)
_ENDS_IN_PAGE = re.compile(r"\s(?:p\.\s*)?(?:\d{1,3}|[ivxlc]{1,6})\s*$")
_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?[ \u00a0)–-]")


@dataclass(frozen=True, slots=True)
class OutlineBlock:
    """A block with its heading path, the outermost heading first, and its index."""

    block: Block
    headings: tuple[Block, ...]
    index: int

    @property
    def is_heading(self) -> bool:
        """Whether the block is a heading."""
        return self.block.type is BlockType.HEADING

    @property
    def heading(self) -> Block | None:
        """The innermost heading above the block."""
        return self.headings[-1] if self.headings else None


def heading_level(heading: Block) -> int:
    """Return the level of a heading, by its style, its number, or 1."""
    if heading.level:
        return heading.level
    number = _SECTION_NUMBER.match(heading.text)
    return number.group(1).count(".") + 1 if number else 1


def outline(document: Document) -> tuple[OutlineBlock, ...]:
    """Return the blocks of a document with their heading paths."""
    blocks: list[OutlineBlock] = []
    path: list[Block] = []
    for index, block in enumerate(_blocks_without_contents(document.blocks)):
        if block.type is BlockType.HEADING:
            level = heading_level(block)
            path = [each for each in path if heading_level(each) < level]
            blocks.append(OutlineBlock(block, tuple(path), index))
            path.append(block)
        else:
            blocks.append(OutlineBlock(block, tuple(path), index))
    return tuple(blocks)


def section_of(blocks: Sequence[OutlineBlock], position: int) -> Sequence[OutlineBlock]:
    """Return the blocks under the heading at a position, with lower headings."""
    level = heading_level(blocks[position].block)
    end = position + 1
    while end < len(blocks):
        each = blocks[end]
        if each.is_heading and heading_level(each.block) <= level:
            break
        end += 1
    return blocks[position + 1 : end]


def without_contents(document: Document) -> Document:
    """Remove the tables of contents, of figures and of tables."""
    return Document(tuple(_blocks_without_contents(document.blocks)))


def _blocks_without_contents(blocks: Sequence[Block]) -> Iterator[Block]:
    is_inside = False
    for block in blocks:
        if _CONTENTS.fullmatch(block.text.strip()):
            is_inside = True
        elif (_LEADER.search(block.text) and _is_short(block)) or (
            is_inside and _is_entry(block)
        ):
            continue
        else:
            is_inside = False
            yield block


def _is_entry(block: Block) -> bool:
    """Return whether a block may be an entry of a table of contents."""
    if _ENDS_IN_PAGE.search(block.text):
        return _is_short(block)
    # A heading without a page number ends the table of contents.
    is_sentence = block.text.rstrip().endswith((".", "!", "?", ":", ";"))
    return block.type is not BlockType.HEADING and _is_short(block) and not is_sentence


def _is_short(block: Block) -> bool:
    # Several entries may have been read as one paragraph.
    leaders = len(_LEADER.findall(block.text))
    return len(block.text.split()) <= MAX_ENTRY_WORDS * max(1, leaders)
