"""Blocks of a PDF that are no paragraphs: headings with their levels, and footnotes.

Headings are found by bookmarks, numbers and font; footnotes at the end of columns.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from indexer.model.document import BlockType
from indexer.readers.pdf.paragraphs import Outline, PdfBlock, bookmark_level

_LARGE_RATIO = 1.1
_SINGLE_LINE_RATIO = 1.06
_VERY_LARGE_RATIO = 1.45
_MAX_WORDS = 28
_MAX_BOLD_WORDS = 16
_MAX_LEVELS = 6
_SMALLER_RATIO = 0.93
_MUCH_SMALLER_RATIO = 0.8
_MIN_OCCURRENCES = 3
_LEADERS = re.compile(r" … |(?:[.·…_]\s?){4,}")
_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s")
_LETTERS = re.compile(r"[^\W\d_]{2,}")

_HeadingStyle = tuple[int, bool]
"""The font size in half points, and whether the font is bold."""


def heading_levels(
    blocks: Sequence[PdfBlock], body: float, outline: Outline
) -> dict[int, int]:
    """Return the levels of headings, from 1, by the indices of their blocks."""
    bookmark_levels = {
        index: level
        for index, block in enumerate(blocks)
        if _may_be_heading(block)
        and (level := bookmark_level(outline, block.page, block.text))
    }
    body_is_bold = _is_mostly_bold(blocks, body)
    indices = [
        index
        for index, block in enumerate(blocks)
        if index in bookmark_levels
        or (_may_be_heading(block) and _has_heading_format(block, body, body_is_bold))
    ]
    by_style = _levels_by_style(
        [blocks[index] for index in indices], bookmark_levels, blocks
    )
    levels = {
        index: bookmark_levels.get(index) or by_style[_style_key(blocks[index])]
        for index in indices
    }
    # Close gaps between levels.
    ranks = {level: rank for rank, level in enumerate(sorted(set(levels.values())), 1)}
    return {index: ranks[level] for index, level in levels.items()}


def _style_key(block: PdfBlock) -> _HeadingStyle:
    return round(block.size * 2), block.style.is_bold


def _may_be_heading(block: PdfBlock) -> bool:
    return (
        block.type is not BlockType.TABLE_ROW
        and not block.is_note
        and len(block.text.split()) <= _MAX_WORDS
        and _LETTERS.search(block.text) is not None
        and _LEADERS.search(block.text) is None
        and not block.text.endswith((",", ";", "…"))
    )


def _has_heading_format(block: PdfBlock, body: float, body_is_bold: bool) -> bool:  # noqa: FBT001
    """Return whether a block has the font and the length of a heading."""
    if block.label and not block.label[0].isalnum():
        return False
    text, words = block.text, len(block.text.split())
    is_sentence = text.endswith((".", ":")) and words > 8
    if block.size >= _VERY_LARGE_RATIO * body:
        return True
    if block.size >= _LARGE_RATIO * body and block.lines <= 3:
        return not is_sentence
    if block.size >= _SINGLE_LINE_RATIO * body and block.lines == 1:
        return words <= _MAX_BOLD_WORDS and not text.endswith((".", ":"))
    if block.size < 0.95 * body or block.lines > 2 or words > _MAX_BOLD_WORDS:
        return False
    if block.is_bold and not body_is_bold:
        return not text.endswith((".", "?”", ";")) or _NUMBER.match(text) is not None
    letters = [char for char in text if char.isalpha()]
    is_capitals = len(letters) >= 5 and all(char.isupper() for char in letters)
    return is_capitals and words >= 2 and not text.endswith(".")


def _is_mostly_bold(blocks: Sequence[PdfBlock], body: float) -> bool:
    texts = [block for block in blocks if abs(block.size - body) < 0.6]
    bold = sum(len(block.text) for block in texts if block.is_bold)
    return bold > 0.4 * sum(len(block.text) for block in texts)


def _levels_by_style(
    headings: Sequence[PdfBlock],
    bookmark_levels: dict[int, int],
    blocks: Sequence[PdfBlock],
) -> dict[_HeadingStyle, int]:
    """Return the level of each style, by bookmarks, by numbers, or by size."""
    votes: defaultdict[_HeadingStyle, Counter[int]] = defaultdict(Counter)
    for index, level in bookmark_levels.items():
        votes[_style_key(blocks[index])][level] += 2
    numbers = [(heading, _NUMBER.match(heading.text)) for heading in headings]
    # In a file without numbers such as "1.2", headings of any level have "1.".
    if any(number is not None and "." in number[1] for _, number in numbers):
        for heading, number in numbers:
            if number is not None:
                votes[_style_key(heading)][number[1].count(".") + 1] += 1
    cover = _cover_styles(headings)
    largest = max((size for size, _ in cover), default=0)
    on_cover = {style: 1 if style[0] >= largest else 2 for style in cover}
    return {**on_cover, **_ranked(headings, cover, votes)}


def _ranked(
    headings: Sequence[PdfBlock],
    cover: Set[_HeadingStyle],
    votes: Mapping[_HeadingStyle, Counter[int]],
) -> dict[_HeadingStyle, int]:
    """Rank styles by size; a rare style shares the level of the next larger one."""
    occurrences = Counter(_style_key(heading) for heading in headings)
    levels: dict[_HeadingStyle, int] = {}
    level, size = 0, math.inf
    for style in sorted(set(occurrences) - cover, reverse=True):
        is_smaller = (
            style[0] < _SMALLER_RATIO * size and occurrences[style] >= _MIN_OCCURRENCES
        )
        if not level or is_smaller or style[0] < _MUCH_SMALLER_RATIO * size:
            level, size = min(level + 1, _MAX_LEVELS), style[0]
        if votes.get(style):
            level = max(1, votes[style].most_common(1)[0][0])
        levels[style] = min(level, _MAX_LEVELS)
    return levels


def _cover_styles(headings: Sequence[PdfBlock]) -> set[_HeadingStyle]:
    """Return the styles that only the first page has."""
    inner = {_style_key(heading) for heading in headings if heading.page > 1}
    outer = {_style_key(heading) for heading in headings if heading.page == 1}
    return outer - inner if inner else set()


_SMALL_RATIO = 0.93


def with_footnotes(blocks: Sequence[PdfBlock], body: float) -> list[PdfBlock]:
    """Set the type of the footnotes at the end of a column.

    A footnote is in small type and starts with a number; a superscript number makes a
    note anywhere. A small paragraph without a number continues the note before it.
    """
    start = len(blocks)
    while start and _is_small(blocks[start - 1], body):
        start -= 1
    result = [
        replace(block, type=BlockType.NOTE)
        if block.is_note and _is_small(block, body)
        else block
        for block in blocks[:start]
    ]
    for block in blocks[start:]:
        is_first = not (result and result[-1].type is BlockType.NOTE)
        if _starts_note(block):
            result.append(replace(block, type=BlockType.NOTE))
        elif is_first or block.type is not BlockType.PARAGRAPH:
            result.append(block)
        else:
            text = f"{result[-1].text} {block.text}"
            result[-1] = replace(result[-1], text=text)
    return result


def notes_last(flows: Sequence[list[PdfBlock]]) -> list[list[PdfBlock]]:
    """Move the footnotes of all columns to the end of the page.

    The text of a column continues in the next one, and a footnote would interrupt it.
    """
    texts, notes = [], []
    for flow in flows:
        end = len(flow)
        while end and _is_footnote(flow[end - 1]):
            end -= 1
        texts.append(flow[:end])
        notes += flow[end:]
    return [*filter(None, texts), *([notes] if notes else ())]


def _is_footnote(block: PdfBlock) -> bool:
    # A paragraph that starts with "(1)" may be a list item in small type.
    return block.type is BlockType.NOTE and not block.label.startswith("(")


def _is_small(block: PdfBlock, body: float) -> bool:
    is_text = block.type is not BlockType.TABLE_ROW
    return is_text and block.size <= _SMALL_RATIO * body


def _starts_note(block: PdfBlock) -> bool:
    label = block.label.strip(".)([]")
    return block.is_note or (label.isdigit() and block.type is BlockType.LIST_ITEM)
