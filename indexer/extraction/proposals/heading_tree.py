"""What stands under which heading, tables of contents left out."""

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
class PlacedBlock:
    """A block, the headings that it stands under (the outermost first), its number."""

    block: Block
    headings: tuple[Block, ...]
    index: int

    @property
    def is_heading(self) -> bool:
        """Whether the block is a heading."""
        return self.block.type is BlockType.HEADING

    @property
    def heading(self) -> Block | None:
        """The heading right above, if there is one."""
        return self.headings[-1] if self.headings else None


def depth_of(heading: Block) -> int:
    """Give the depth of a heading: its level, else what its number tells, else 1."""
    if heading.level:
        return heading.level
    found = _SECTION_NUMBER.match(heading.text)
    return found.group(1).count(".") + 1 if found else 1


def outline(document: Document) -> tuple[PlacedBlock, ...]:
    """Place each block under its headings; what lists contents is left out."""
    placed: list[PlacedBlock] = []
    above: list[Block] = []
    for index, block in enumerate(_without_contents(document.blocks)):
        if block.type is BlockType.HEADING:
            depth = depth_of(block)
            above = [each for each in above if depth_of(each) < depth]
            placed.append(PlacedBlock(block, tuple(above), index))
            above.append(block)
        else:
            placed.append(PlacedBlock(block, tuple(above), index))
    return tuple(placed)


def under(placed: Sequence[PlacedBlock], position: int) -> Sequence[PlacedBlock]:
    """Give what stands under the heading at a position, deeper headings included."""
    depth = depth_of(placed[position].block)
    end = position + 1
    while end < len(placed):
        each = placed[end]
        if each.is_heading and depth_of(each.block) <= depth:
            break
        end += 1
    return placed[position + 1 : end]


def without_contents(document: Document) -> Document:
    """Leave out the lines that only list what the document holds."""
    return Document(tuple(_without_contents(document.blocks)))


def _without_contents(blocks: Sequence[Block]) -> Iterator[Block]:
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
    """Tell whether a block may be a line of a table of contents."""
    if _ENDS_IN_PAGE.search(block.text):
        return _is_short(block)
    # A heading without the number of a page begins the text.
    is_sentence = block.text.rstrip().endswith((".", "!", "?", ":", ";"))
    return block.type is not BlockType.HEADING and _is_short(block) and not is_sentence


def _is_short(block: Block) -> bool:
    # Several lines of a table of contents may have been read as one paragraph.
    leaders = len(_LEADER.findall(block.text))
    return len(block.text.split()) <= MAX_ENTRY_WORDS * max(1, leaders)
