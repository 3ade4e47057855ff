"""Paragraphs, list items and table rows, from the lines of a flow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from indexer.model.document import BlockType
from indexer.readers.groups import consecutive_groups, heaviest
from indexer.readers.pdf.bookmarks import Outline, bookmark_level
from indexer.readers.pdf.hyphenation import is_hyphenated, keeps_hyphen
from indexer.readers.pdf.lines import Line, line_of
from indexer.readers.pdf.page_columns import Flow
from indexer.readers.pdf.paragraph_breaks import ColumnMetrics, starts_paragraph
from indexer.readers.pdf.word_boxes import FontStyle, TextSegment, shares_line

_LEADERS = re.compile(r"\s*(?:[.·…_]\s?){4,}\s*")
_BULLET = re.compile(r"[^\w\s(]|o|·")
_RANGE_START = re.compile(r"[^\W_]–$")
_BLANK_EM = 0.3
_MAX_BROKEN_LINES = 8
_URL_PART = re.compile(r"(?:https?://|www\.)\S*(?<=[/=&?_])$")


@dataclass(frozen=True, slots=True)
class PdfBlock:
    """A paragraph, list item, footnote or table row before headings are detected.

    `is_note`: it starts with a superscript number. `is_full`: its last line reaches the
    right edge of the column. `broken_lines` are the lines that its author has broken,
    on the first page.
    """

    type: BlockType
    text: str
    page: int
    size: float
    style: FontStyle
    lines: int
    is_bold: bool = False
    is_note: bool = False
    is_full: bool = False
    label: str = ""
    cells: tuple[str, ...] = ()
    broken_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineJoiner:
    """Joins lines, given the words, body font size and bookmarks of the file.

    The number of removed hyphens is added to `counts`.
    """

    words: Counter[str]
    counts: Counter[str]
    body: float
    outline: Outline

    def join(self, text: str, following: str) -> str:
        """Join a text and the next line."""
        if not text:
            return following
        if is_hyphenated(text) and following:
            if keeps_hyphen(text, following, self.words):
                return f"{text[:-1]}-{following}"
            self.counts["hyphens"] += 1
            return text[:-1] + following
        is_range = _RANGE_START.search(text) and following[:1].isdigit()
        return text + ("" if is_range or _URL_PART.search(text) else " ") + following

    def join_all(self, lines: Sequence[Line]) -> str:
        """Join the lines of one paragraph."""
        text = lines[0].text_without_label
        for line in lines[1:]:
            text = self.join(text, line.text)
        return text


def flow_blocks(flow: Flow, page: int, joiner: LineJoiner) -> list[PdfBlock]:
    """Join the lines of a flow into blocks."""
    if flow.is_row:
        return [_table_row(flow, page, joiner)]
    segment_groups = consecutive_groups(
        flow.segments,
        lambda group, segment: (
            shares_line(group[-1], segment) and segment.x0 >= group[-1].x1 - 1
        ),
    )
    lines = [line for line in map(line_of, segment_groups) if line.text or line.label]
    if not lines:
        return []
    metrics = ColumnMetrics.of(lines)
    groups = consecutive_groups(
        lines,
        lambda group, line: (
            not any(
                bookmark_level(joiner.outline, page, one.text)
                for one in (group[-1], line)
            )
            and not starts_paragraph(group, line, metrics, joiner.body)
        ),
    )
    return [_block(group, page, joiner, metrics) for group in groups]


def _block(
    group: Sequence[Line], page: int, joiner: LineJoiner, metrics: ColumnMetrics
) -> PdfBlock:
    first, last = group[0], group[-1]
    text = _LEADERS.sub(" … ", joiner.join_all(group))
    is_item = bool(first.label) and not first.is_note
    if first.is_note or (is_item and _BULLET.fullmatch(first.label) is None):
        text = f"{first.label} {text}"
    return PdfBlock(
        type=BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH,
        text=text,
        page=page,
        size=median(line.size for line in group),
        style=heaviest(((line.style, len(line.text)) for line in group), first.style),
        lines=len(group),
        is_bold=all(line.is_bold for line in group),
        is_note=first.is_note,
        is_full=last.x1 > metrics.right - 3 * last.size,
        label=first.label,
        broken_lines=_broken_lines(group, metrics) if page == 1 else (),
    )


def _broken_lines(group: Sequence[Line], metrics: ColumnMetrics) -> tuple[str, ...]:
    """Return the lines of a paragraph, split where the next word would have fitted."""
    width = metrics.right - metrics.left
    texts = [group[0].text_without_label]
    for above, line in pairwise(group):
        blank = _BLANK_EM * line.size
        if above.x1 - above.x0 + blank + line.first_width < width:
            texts.append(line.text)
        else:
            texts[-1] = f"{texts[-1]} {line.text}"
    return tuple(texts) if 1 < len(texts) <= _MAX_BROKEN_LINES else ()


def _table_row(flow: Flow, page: int, joiner: LineJoiner) -> PdfBlock:
    """Return the row of a flow; segments above one another are one cell."""
    cells = consecutive_groups(
        sorted(flow.segments, key=lambda segment: segment.x0),
        lambda cell, segment: segment.x0 < max(item.x1 for item in cell),
    )
    texts = []
    for cell in cells:
        cell.sort(key=lambda segment: segment.middle)
        lines = [line_of([segment]) for segment in cell]
        texts.append(f"{lines[0].label} {joiner.join_all(lines)}".strip())
    return row_block(texts, flow.segments, page)


def row_block(
    texts: Sequence[str], segments: Sequence[TextSegment], page: int
) -> PdfBlock:
    """Return a table row, given the texts of its cells."""
    largest = max(segments, key=lambda segment: len(segment.words))
    return PdfBlock(
        type=BlockType.TABLE_ROW,
        text=" | ".join(text for text in texts if text),
        page=page,
        size=largest.size,
        style=largest.style,
        lines=1,
        cells=tuple(texts),
    )
