"""Joins the words of a page into segments: lines of a column, or of a cell."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from indexer.readers.pdf.justified_lines import joined_lines, same_line
from indexer.readers.pdf.word_boxes import TextSegment, WordBox, segment_of

WORD_GAP_EM = 1.05
"""Words of one line, drawn one after another, stand no farther apart."""

_APART_EM = 0.5
_BACK_EM = 0.6
_MARK_GAP_EM = 4.0
_LEADER_GAP_EM = 60.0
_COLUMN_LINES = 5
_MARK = re.compile(
    r"[•●○◦▪■□▫–—\-\u2010\u2011►▶➢➤✓✔❖◆◇→*·o§\uf0a7\uf0b7\uf0d8\uf0fc\u2713]"
    r"|(?:\d{1,2}|[a-zA-H]|[ivxIVX]{1,5})[.)]|\(\w{1,3}\)|\d{1,2}(?:\.\d{1,2}){1,4}\.?"
)
_LEADER = re.compile(r"(?:[.·…_]\s?){4,}$")


def is_mark(text: str) -> bool:
    """Tell whether a word is what an item of a list, or a title, begins with."""
    return _MARK.fullmatch(text) is not None


def text_segments(words: Iterable[WordBox]) -> list[TextSegment]:
    """Join words that stand side by side, first as they are drawn, then as they lie."""
    drawn: list[list[WordBox]] = []
    for word in words:
        if drawn and _follows(drawn[-1], word):
            drawn[-1].append(word)
        else:
            drawn.append([word])
    return _join_beside([segment_of(group) for group in joined_lines(drawn)])


def _follows(group: list[WordBox], word: WordBox) -> bool:
    last = group[-1]
    if not same_line(last, word):
        return False
    if word.is_glued:
        return True
    em = max(min(last.size, word.size), 1.0)
    gap = word.x0 - last.x1
    if gap < -_BACK_EM * em:
        return False
    if len(group) == 1 and is_mark(last.text):
        return gap < _MARK_GAP_EM * em
    if _LEADER.search(last.text):
        return gap < _LEADER_GAP_EM * em
    return gap < WORD_GAP_EM * em


def _join_beside(segments: list[TextSegment]) -> list[TextSegment]:
    """Join segments that touch, though something else was drawn between them."""
    waiting = sorted(segments, key=lambda segment: (segment.x0, segment.top))
    is_gutter = _gutters(segments)
    ends: list[tuple[float, int]] = []
    joined: list[list[TextSegment]] = []
    for segment in waiting:
        place = _before(ends, joined, segment)
        if place is not None and is_gutter(joined[place][-1].x1, segment.x0):
            place = None
        if place is None:
            joined.append([segment])
            place = len(joined) - 1
        else:
            joined[place].append(segment)
        insort(ends, (segment.x1, place))
    return [_joined(group) for group in joined]


def _gutters(segments: Sequence[TextSegment]) -> Callable[[float, float], bool]:
    """Tell where many lines end and many begin: there, two columns stand side by side.

    Letters begin a little before or after their edge, the more so the larger they are.
    """
    ends = Counter(round(segment.x1) for segment in segments)
    starts = Counter(round(segment.x0) for segment in segments)

    def is_gutter(end: float, start: float) -> bool:
        near_end = sum(ends[round(end) + by] for by in (-1, 0, 1))
        near_start = sum(starts[round(start) + by] for by in (-1, 0, 1))
        return min(near_end, near_start) >= _COLUMN_LINES

    return is_gutter


def _before(
    ends: list[tuple[float, int]], joined: list[list[TextSegment]], segment: TextSegment
) -> int | None:
    em = max(segment.size, 1.0)
    start = bisect_left(ends, (segment.x0 - _APART_EM * em, -1))
    for end, place in ends[start:]:
        if end > segment.x0 + 0.3 * em:
            return None
        last = joined[place][-1]
        # Large letters beside small ones stand farther from them than they seem to.
        room = _APART_EM * max(min(last.size, segment.size), 1.0)
        if last.x1 == end and _same_row(last, segment) and segment.x0 - end <= room:
            return place
    return None


def _same_row(one: TextSegment, other: TextSegment) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.6 * min(one.height, other.height)


def _joined(group: list[TextSegment]) -> TextSegment:
    if len(group) == 1:
        return group[0]
    return segment_of([word for segment in group for word in segment.words])
