"""Headings of office files without heading styles, by font size and weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from indexer.model.document import Block, BlockType
from indexer.readers.groups import heaviest
from indexer.readers.reader_input import count_words

_LARGE_RATIO = 1.15
_COVER_RATIO = 1.25
_MAX_COVER_BLOCKS = 25
_MAX_TITLE_WORDS = 30
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

    `formats` has the format of each paragraph and heading by its text. In a file with
    enough headings by its styles, only the large lines of the cover become headings.
    """
    body = _body_size(blocks, formats)
    blocks = tuple(_with_size(block, formats.get(block.text), body) for block in blocks)
    levels = [block.level for block in blocks if block.type is BlockType.HEADING]
    if len(levels) * _WORDS_PER_HEADING > count_words(blocks):
        return _with_cover_headings(blocks, formats)
    base = min(levels, default=1)
    return tuple(
        _as_heading(block, formats.get(block.text), body, base) for block in blocks
    )


def _with_size(
    block: Block, paragraph_format: ParagraphFormat | None, body: float
) -> Block:
    if paragraph_format is None or not body:
        return block
    return replace(block, size=round(paragraph_format.size / body, 2))


def _with_cover_headings(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> tuple[Block, ...]:
    """Turn the large lines before the first heading into headings, largest first."""
    before = takewhile(lambda block: block.type is not BlockType.HEADING, blocks)
    cover = list(before)[:_MAX_COVER_BLOCKS]
    body = _body_size(blocks, formats)
    sizes = {
        block.text: formats[block.text].size
        for block in cover
        if block.type is BlockType.PARAGRAPH
        and block.text in formats
        and formats[block.text].size >= _COVER_RATIO * body
        and len(block.text.split()) <= _MAX_TITLE_WORDS
    }
    levels = {
        size: level for level, size in enumerate(sorted(set(sizes.values()))[::-1])
    }
    headings = (
        replace(block, type=BlockType.HEADING, level=min(levels[size] + 1, 6))
        if (size := sizes.get(block.text)) is not None
        else block
        for block in cover
    )
    return (*headings, *blocks[len(cover) :])


def _body_size(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> float:
    sizes = (
        (formats[block.text].size, len(block.text))
        for block in blocks
        if block.text in formats
    )
    return heaviest(sizes, 0.0)


def _as_heading(
    block: Block, paragraph_format: ParagraphFormat | None, body: float, base: int
) -> Block:
    if paragraph_format is None or block.type is not BlockType.PARAGRAPH:
        return block
    size = paragraph_format.size
    is_large = size >= _LARGE_RATIO * body
    is_bold = paragraph_format.is_bold and size >= body
    is_long = len(block.text.split()) > _MAX_WORDS
    if not (is_large or is_bold) or is_long or block.text.endswith((".", ",", ";")):
        return block
    # Styled headings below level 1 leave room for a higher level.
    level = base - 1 if base > 1 else base + 1
    level += not is_large
    return replace(block, type=BlockType.HEADING, level=min(level, 6))
