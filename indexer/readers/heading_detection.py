"""Headings of office files without heading styles, by font size and weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from indexer.model.document import Block, BlockType
from indexer.readers.reader_input import count_words

_LARGE_RATIO = 1.15
_MAX_WORDS = 14
_WORDS_PER_HEADING = 400


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """The font size of a paragraph, in points, and whether all of it is bold."""

    size: float
    is_bold: bool


def with_headings(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> tuple[Block, ...]:
    """Turn short paragraphs that are larger than the text, or bold, into headings.

    `formats` has the format of each paragraph by its text. A file with enough headings
    by its styles is returned unchanged.
    """
    levels = [block.level for block in blocks if block.type is BlockType.HEADING]
    if len(levels) * _WORDS_PER_HEADING > count_words(blocks):
        return blocks
    body = _body_size(blocks, formats)
    base = min(levels, default=1)
    return tuple(
        _as_heading(block, formats.get(block.text), body, base) for block in blocks
    )


def _body_size(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> float:
    sizes: Counter[float] = Counter()
    for block in blocks:
        paragraph_format = formats.get(block.text)
        if paragraph_format is not None:
            sizes[paragraph_format.size] += len(block.text)
    return max(sizes, key=sizes.__getitem__, default=0.0)


def _as_heading(
    block: Block, paragraph_format: ParagraphFormat | None, body: float, base: int
) -> Block:
    if paragraph_format is None or block.type is not BlockType.PARAGRAPH:
        return block
    is_large = paragraph_format.size >= _LARGE_RATIO * body
    if not (
        is_large or (paragraph_format.is_bold and paragraph_format.size >= body)
    ) or not _is_short_line(block):
        return block
    # Styled headings may be the lower ones.
    level = base - 1 if base > 1 else base + 1
    level += not is_large
    return replace(block, type=BlockType.HEADING, level=min(level, 6))


def _is_short_line(block: Block) -> bool:
    words = len(block.text.split())
    return words <= _MAX_WORDS and block.text[-1:] not in {".", ",", ";"}
