"""Segments: words of one line of a column or of a cell, joined by their gaps."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.justified_lines import joined_justified_lines
from indexer.readers.pdf.narrow_gutters import Gutter, narrow_gutters, split_at
from indexer.readers.pdf.word_boxes import (
    TextSegment,
    WordBox,
    segment_of,
    shares_line,
)

_WORD_GAP_EM = 1.05
"""The widest gap between words of one segment that are drawn in order."""

_MAX_JUSTIFIED_GAP_EM = 5.0
"""The widest gap between words of a line in a column of text."""

_MAX_JOIN_GAP_EM = 0.5
_MAX_OVERLAP_EM = 0.6
_MAX_LABEL_GAP_EM = 4.0
_MAX_LEADER_GAP_EM = 60.0
_MIN_COLUMN_LINES = 5
_LIST_LABEL = re.compile(
    r"[•●○◦▪■□▫–—\-\u2010\u2011►▶➢➤✓✔❖◆◇→*·o§\uf0a7\uf0b7\uf0d8\uf0fc\u2713]"
    r"|(?:\d{1,2}|[a-zA-H]|[ivxIVX]{1,5})[.)]|\(\w{1,3}\)|\d{1,2}(?:\.\d{1,2}){1,4}\.?"
)
_LEADER = re.compile(r"(?:[.·…_]\s?){4,}$")


def is_list_label(text: str) -> bool:
    """Return whether a word is the label of a list item or of a heading."""
    return _LIST_LABEL.fullmatch(text) is not None


def text_segments(words: Iterable[WordBox]) -> list[TextSegment]:
    """Join words side by side into segments, by drawing order, then by position."""
    words = list(words)
    gutters = narrow_gutters(words)
    lines = joined_justified_lines(
        consecutive_groups(words, lambda group, word: _follows(group, word, gutters))
    )
    groups = [part for line in lines for part in split_at(gutters, line)]
    return _joined_side_by_side(list(map(segment_of, groups)), gutters)


def _follows(group: list[WordBox], word: WordBox, gutters: Sequence[Gutter]) -> bool:
    last = group[-1]
    if not shares_line(last, word):
        return False
    if word.is_glued:
        return True
    em = max(min(last.size, word.size), 1.0)
    gap = word.x0 - last.x1
    if gap < -_MAX_OVERLAP_EM * em:
        return False
    if len(group) == 1 and is_list_label(last.text):
        return gap < _MAX_LABEL_GAP_EM * em
    if _LEADER.search(last.text):
        return gap < _MAX_LEADER_GAP_EM * em
    if gap < _WORD_GAP_EM * em:
        return True
    return gap < _MAX_JUSTIFIED_GAP_EM * em and any(
        one.joins(last, word) for one in gutters
    )


def _joined_side_by_side(
    segments: list[TextSegment], gutters: Sequence[Gutter]
) -> list[TextSegment]:
    """Join adjacent segments that are not drawn one after the other."""
    ordered = sorted(segments, key=lambda segment: (segment.x0, segment.top))
    is_gutter = _gutter_test(segments)
    ends: list[tuple[float, int]] = []
    joined: list[list[TextSegment]] = []
    for segment in ordered:
        index = _index_before(ends, joined, segment)
        if (
            index is None
            or is_gutter(joined[index][-1].x1, segment.x0)
            or any(one.separates(joined[index][-1], segment) for one in gutters)
        ):
            index = len(joined)
            joined.append([])
        joined[index].append(segment)
        insort(ends, (segment.x1, index))
    return [
        segment_of([word for segment in group for word in segment.words])
        if len(group) > 1
        else group[0]
        for group in joined
    ]


def _gutter_test(segments: Sequence[TextSegment]) -> Callable[[float, float], bool]:
    """Return a test for gutters: gaps where many lines end and many start.

    Edges are compared within a point, for side bearings differ with the glyph.
    """
    ends = Counter(round(segment.x1) for segment in segments)
    starts = Counter(round(segment.x0) for segment in segments)

    def is_gutter(end: float, start: float) -> bool:
        near_end = sum(ends[round(end) + shift] for shift in (-1, 0, 1))
        near_start = sum(starts[round(start) + shift] for shift in (-1, 0, 1))
        return min(near_end, near_start) >= _MIN_COLUMN_LINES

    return is_gutter


def _index_before(
    ends: list[tuple[float, int]], joined: list[list[TextSegment]], segment: TextSegment
) -> int | None:
    em = max(segment.size, 1.0)
    start = bisect_left(ends, (segment.x0 - _MAX_JOIN_GAP_EM * em, -1))
    for end, index in ends[start:]:
        if end > segment.x0 + 0.3 * em:
            return None
        last = joined[index][-1]
        # The gap beside large type counts in units of the smaller type.
        max_gap = _MAX_JOIN_GAP_EM * max(min(last.size, segment.size), 1.0)
        if (
            last.x1 == end
            and shares_line(last, segment, 0.6)
            and segment.x0 - end <= max_gap
        ):
            return index
    return None
