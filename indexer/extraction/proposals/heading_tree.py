"""The outline of a document: blocks with their heading paths, no table of contents."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

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
    """A block with its heading path, the outermost heading first."""

    block: Block
    headings: tuple[Block, ...]

    @property
    def is_heading(self) -> bool:
        """Whether the block is a heading."""
        return self.block.type is BlockType.HEADING


def heading_level(heading: Block) -> int:
    """Return the level of a heading, by its style, its number, or 1."""
    if heading.level:
        return heading.level
    number = _SECTION_NUMBER.match(heading.text)
    return number.group(1).count(".") + 1 if number else 1


def outline(document: Document) -> tuple[OutlineBlock, ...]:
    """Return the blocks of a document with their heading paths."""
    outline_blocks: list[OutlineBlock] = []
    path: tuple[Block, ...] = ()
    for block in without_contents(document.blocks):
        if block.type is BlockType.HEADING:
            level = heading_level(block)
            path = tuple(each for each in path if heading_level(each) < level)
        outline_blocks.append(OutlineBlock(block, path))
        if block.type is BlockType.HEADING:
            path = (*path, block)
    return tuple(outline_blocks)


def section_of(blocks: Sequence[OutlineBlock], position: int) -> Sequence[OutlineBlock]:
    """Return the blocks under the heading at a position, with lower headings."""
    level = heading_level(blocks[position].block)
    return list(
        takewhile(
            lambda each: not each.is_heading or heading_level(each.block) > level,
            islice(blocks, position + 1, None),
        )
    )


def without_contents(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks that are not in a table of contents, of figures or of tables."""
    is_inside = False
    for block in blocks:
        if _CONTENTS.fullmatch(block.text.strip()):
            is_inside = True
        elif not (
            (_LEADER.search(block.text) and _is_short(block))
            or (is_inside and _is_entry(block))
        ):
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
