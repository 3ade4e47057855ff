"""Joins the lines of a flow into paragraphs, items, notes and what may be titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from indexer.model.document import BlockType
from indexer.readers.pdf.bookmarks import Outline, depth_in
from indexer.readers.pdf.hyphenation import KnownWords, is_cut, join_cut
from indexer.readers.pdf.lines import Line, line_of
from indexer.readers.pdf.page_columns import Flow
from indexer.readers.pdf.paragraph_breaks import Edges, begins_paragraph
from indexer.readers.pdf.word_boxes import FontStyle, TextSegment

_SAME_SIZE = 0.06
_LEADING = 1.35
_ENDS = tuple('.!?:;…»”")')
_LEADERS = re.compile(r"\s*(?:[.·…_]\s?){4,}\s*")
_SIGN = re.compile(r"[^\w\s(]|o|·")
_ADDRESS_END = re.compile(r"(?:https?://|www\.)\S*[/=&?_.]$|(?:https?://|www\.)\S*$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one paragraph, joined, with what tells what it is.

    `is_note` tells that it begins with a raised number, and `is_full` that its last
    line goes to the edge of the column.
    """

    type: BlockType
    text: str
    page: int
    size: float
    style: FontStyle
    lines: int
    x0: float
    top: float
    bottom: float
    is_bold: bool = False
    is_note: bool = False
    is_full: bool = False
    mark: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joiner:
    """Joins lines; it knows the words of the file, and counts what it mended.

    `body` is the size of most letters of the file, `outline` has its titles.
    """

    words: KnownWords
    counts: Counter[str]
    body: float
    outline: Outline

    def join(self, text: str, following: str) -> str:
        """Join a text and the line after it."""
        if not text:
            return following
        if is_cut(text) and following:
            joined, is_mended = join_cut(text, following, self.words)
            self.counts["hyphens"] += is_mended
            return joined
        if text.endswith("–") and following[:1].isdigit() and text[-2:-1].isalnum():
            return text + following
        if _ADDRESS_END.search(text) and text.endswith(("/", "=", "&", "?", "_")):
            return text + following
        return f"{text} {following}"

    def is_title(self, line: Line, page: int) -> bool:
        """Tell whether a line is a title of the outline, from end to end."""
        return bool(self.outline) and depth_in(self.outline, page, line.text) > 0

    def join_all(self, lines: Sequence[Line]) -> str:
        """Join the lines of one paragraph."""
        text = lines[0].bare
        for line in lines[1:]:
            text = self.join(text, line.text)
        return text


def stretches_of(flow: Flow, page: int, joiner: Joiner) -> list[Stretch]:
    """Join the lines of a flow into paragraphs."""
    if flow.is_row:
        return [_row(flow, page, joiner)]
    lines = [line for line in _lines_of(flow) if line.text or line.mark]
    if not lines:
        return []
    edges = Edges.of(lines)
    groups: list[list[Line]] = [[lines[0]]]
    for line in lines[1:]:
        is_title = joiner.is_title(groups[-1][-1], page) or joiner.is_title(line, page)
        if is_title or begins_paragraph(groups[-1], line, edges, joiner.body):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_stretch(group, page, joiner, edges) for group in groups]


def _lines_of(flow: Flow) -> list[Line]:
    groups: list[list[TextSegment]] = []
    for segment in flow.segments:
        if groups and _beside(groups[-1][-1], segment):
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [line_of(group) for group in groups]


def _beside(one: TextSegment, other: TextSegment) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.height, other.height) and other.x0 >= one.x1 - 1


def _stretch(group: Sequence[Line], page: int, joiner: Joiner, edges: Edges) -> Stretch:
    first, last = group[0], group[-1]
    text = _LEADERS.sub(" … ", joiner.join_all(group))
    is_item = bool(first.mark) and not first.is_note
    if first.is_note or (is_item and _SIGN.fullmatch(first.mark) is None):
        text = f"{first.mark} {text}"
    return Stretch(
        type=BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH,
        text=text,
        page=page,
        size=median(line.size for line in group),
        style=_style_of(group),
        lines=len(group),
        x0=first.x0,
        top=first.top,
        bottom=last.bottom,
        is_bold=all(line.is_bold for line in group),
        is_note=first.is_note,
        is_full=last.x1 > edges.right - 3 * last.size,
        mark=first.mark,
    )


def _style_of(group: Sequence[Line]) -> FontStyle:
    votes: Counter[FontStyle] = Counter()
    for line in group:
        votes[line.style] += len(line.text)
    return max(votes, key=votes.__getitem__)


def _row(flow: Flow, page: int, joiner: Joiner) -> Stretch:
    """Make a row: segments that stand above one another are of one cell."""
    cells: list[list[TextSegment]] = []
    for segment in sorted(flow.segments, key=lambda one: one.x0):
        if cells and segment.x0 < max(item.x1 for item in cells[-1]):
            cells[-1].append(segment)
        else:
            cells.append([segment])
    texts = []
    for cell in cells:
        lines = [line_of([one]) for one in sorted(cell, key=lambda one: one.middle)]
        texts.append(f"{lines[0].mark} {joiner.join_all(lines)}".strip())
    return row_stretch(texts, list(flow.segments), page)


def row_stretch(
    texts: Sequence[str], segments: Sequence[TextSegment], page: int
) -> Stretch:
    """Make a row of the texts of its cells."""
    largest = max(segments, key=lambda one: len(one.words))
    return Stretch(
        type=BlockType.TABLE_ROW,
        text=" | ".join(text for text in texts if text),
        page=page,
        size=largest.size,
        style=largest.style,
        lines=1,
        x0=min(segment.x0 for segment in segments),
        top=min(segment.top for segment in segments),
        bottom=max(segment.bottom for segment in segments),
        cells=tuple(texts),
    )
