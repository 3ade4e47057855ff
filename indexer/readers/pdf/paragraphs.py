"""Joins the lines of a flow into paragraphs, items, notes and what may be titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from indexer.model.document import BlockType
from indexer.readers.pdf.columns import Flow
from indexer.readers.pdf.hyphens import Vocabulary, is_cut, join_cut
from indexer.readers.pdf.lines import Line, line_of
from indexer.readers.pdf.words import Segment, Style

_SAME_SIZE = 0.06
_LEADING = 1.35
_ENDS = tuple('.!?:;…»”")')
_LIST_MARK = re.compile(r"[^\w\s(]|o|\(?\w{1,3}[.)]")
_ADDRESS_END = re.compile(r"(?:https?://|www\.)\S*[/=&?_.]$|(?:https?://|www\.)\S*$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one paragraph, joined, with what tells what it is.

    `is_complete` tells whether the last line ended before the edge of the column, or
    with the sign that ends a sentence.
    """

    type: BlockType
    text: str
    page: int
    size: float
    style: Style
    lines: int
    x0: float
    top: float
    bottom: float
    mark: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joiner:
    """Joins lines; it knows the words of the file, and counts what it mended."""

    words: Vocabulary
    counts: Counter[str]

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

    def join_all(self, lines: Sequence[Line]) -> str:
        """Join the lines of one paragraph."""
        text = ""
        for line in lines:
            text = self.join(text, line.text)
        return text


def lines_of(flow: Flow, page: int) -> list[Line]:
    """Give the lines of a flow, from top to bottom."""
    groups: list[list[Segment]] = []
    for segment in flow.segments:
        if groups and _beside(groups[-1][-1], segment):
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [line_of(group, page) for group in groups]


def stretches_of(flow: Flow, page: int, joiner: Joiner) -> list[Stretch]:
    """Join the lines of a flow into paragraphs."""
    if flow.is_row:
        return [_row(flow, page, joiner)]
    lines = [line for line in lines_of(flow, page) if line.text or line.mark]
    if not lines:
        return []
    edges = _Edges.of(lines)
    groups: list[list[Line]] = [[lines[0]]]
    for line in lines[1:]:
        if _begins(groups[-1], line, edges):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_stretch(group, joiner) for group in groups]


def _beside(one: Segment, other: Segment) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.height, other.height) and other.x0 >= one.x1 - 1


@dataclass(frozen=True, slots=True)
class _Edges:
    """The left and right of a column, and how far apart its lines stand by size."""

    right: float
    leading: dict[float, float]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Edges:
        steps: dict[float, list[float]] = {}
        for above, below in pairwise(lines):
            step = below.bottom - above.bottom
            if abs(above.size - below.size) < 0.3 and step > 0.4 * below.size:
                steps.setdefault(round(below.size), []).append(step)
        leading = {size: _low_median(found) for size, found in steps.items()}
        return cls(max(line.x1 for line in lines), leading)

    def step(self, size: float) -> float:
        return self.leading.get(round(size), 1.25 * size)


def _low_median(steps: list[float]) -> float:
    """Give the usual step: those between paragraphs are the larger ones."""
    ordered = sorted(steps)
    return ordered[(len(ordered) - 1) // 3]


def _begins(group: Sequence[Line], line: Line, edges: _Edges) -> bool:
    """Tell whether a line begins a paragraph."""
    last = group[-1]
    if abs(line.size - last.size) > _SAME_SIZE * last.size or line.mark:
        return True
    step = line.bottom - last.bottom
    usual = min(edges.step(line.size), 2.0 * line.size)
    if step > _LEADING * usual and step > 1.25 * line.size:
        return True
    if step < -0.5 * line.size:
        return False
    if line.style.is_bold != last.style.is_bold:
        return last.text.endswith(_ENDS) or _is_short(last, line, edges)
    return _indent_begins(group, line) or _ended_early(last, line, edges)


def _indent_begins(group: Sequence[Line], line: Line) -> bool:
    last, em = group[-1], line.size
    if group[0].mark:
        # An item ends where a line stands left of its text.
        return line.x0 < group[0].text_x0 - 1.5 * em and line.x0 <= group[0].x0 + em
    indented = line.x0 - last.x0
    if 0.8 * em < indented < 5 * em:
        hangs = len(group) == 1 and not last.text.endswith(_ENDS)
        return not hangs
    return False


def _ended_early(last: Line, line: Line, edges: _Edges) -> bool:
    """Tell whether the word that begins a line would have fitted in the one before."""
    em = line.size
    room = edges.right - last.x1
    if room < line.first_width + 1.5 * em:
        return False
    if last.text.endswith(_ENDS):
        return True
    starts = line.text[:1].isupper() or line.text[:1].isdigit()
    return starts and room > max(0.3 * (edges.right - last.x0), 6 * em)


def _is_short(last: Line, line: Line, edges: _Edges) -> bool:
    return edges.right - last.x1 > line.first_width + 1.5 * line.size


def _stretch(group: Sequence[Line], joiner: Joiner) -> Stretch:
    first = group[0]
    is_item = bool(first.mark) and _LIST_MARK.fullmatch(first.mark) is not None
    text = joiner.join_all(group)
    return Stretch(
        type=BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH,
        text=text,
        page=first.page,
        size=median(line.size for line in group),
        style=_style_of(group),
        lines=len(group),
        x0=first.x0,
        top=first.top,
        bottom=group[-1].bottom,
        mark=first.mark,
    )


def _style_of(group: Sequence[Line]) -> Style:
    votes: Counter[Style] = Counter()
    for line in group:
        votes[line.style] += len(line.text)
    return max(votes, key=votes.__getitem__)


def _row(flow: Flow, page: int, joiner: Joiner) -> Stretch:
    """Make a row: segments that stand above one another are of one cell."""
    cells: list[list[Segment]] = []
    for segment in sorted(flow.segments, key=lambda one: one.x0):
        if cells and segment.x0 < max(item.x1 for item in cells[-1]):
            cells[-1].append(segment)
        else:
            cells.append([segment])
    texts = []
    for cell in cells:
        ordered = sorted(cell, key=lambda one: one.middle)
        lines = [line_of([segment], page) for segment in ordered]
        texts.append(
            " ".join(part for part in (lines[0].mark, joiner.join_all(lines)) if part)
        )
    return row_stretch(texts, list(flow.segments), page)


def row_stretch(
    texts: Sequence[str], segments: Sequence[Segment], page: int
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
