"""Takes lines that stand out for titles, in files whose makers styled none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from indexer.model.document import Block, BlockType

_LARGE = 1.15
_MOST_WORDS = 14
_WORDS_FOR_A_TITLE = 400


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """How large the letters of a paragraph are, and whether all are bold."""

    size: float
    is_bold: bool


def with_titles(
    blocks: tuple[Block, ...], looks: Mapping[str, ParagraphLook]
) -> tuple[Block, ...]:
    """Make titles of short lines that are larger than the text, or bold.

    A file that has titles enough by its styles is left as it is.
    """
    words = sum(len(block.text.split()) for block in blocks)
    titles = sum(block.type is BlockType.HEADING for block in blocks)
    if titles * _WORDS_FOR_A_TITLE > words:
        return blocks
    body = _body_size(blocks, looks)
    base = min(
        (block.level for block in blocks if block.type is BlockType.HEADING), default=1
    )
    return tuple(_titled(block, looks.get(block.text), body, base) for block in blocks)


def _body_size(blocks: tuple[Block, ...], looks: Mapping[str, ParagraphLook]) -> float:
    sizes: Counter[float] = Counter()
    for block in blocks:
        look = looks.get(block.text)
        if look is not None:
            sizes[look.size] += len(block.text)
    return max(sizes, key=sizes.__getitem__) if sizes else 0.0


def _titled(block: Block, look: ParagraphLook | None, body: float, base: int) -> Block:
    if look is None or block.type is not BlockType.PARAGRAPH:
        return block
    is_large = look.size >= _LARGE * body
    if not (is_large or (look.is_bold and look.size >= body)) or not _is_line(block):
        return block
    # The titles that have a style may be the lesser ones.
    level = base - 1 if base > 1 else base + 1
    level += not is_large
    return replace(block, type=BlockType.HEADING, level=min(level, 6))


def _is_line(block: Block) -> bool:
    words = len(block.text.split())
    return words <= _MOST_WORDS and block.text[-1:] not in {".", ",", ";"}
