"""Segments: words of one line of a column or of a cell, joined by their gaps.

Justified lines have wide gaps and are no table rows; some gutters are hardly wider than
a space, and are found by the left edges of lines.

A file that draws its columns line by line puts the words of two columns one after the
other. Where the gutter is narrow, only the edges show it: line after line starts at the
same x, and no word crosses the gap before it.

Both have wide gaps between words. In a justified line all gaps are alike, and the line
above or below has the same edges without wide gaps.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.page_columns import is_running_text
from indexer.readers.pdf.word_boxes import TextSegment, WordBox, segment_of, shares_line

_MAX_WORDS = 5_000
"""Words of a page in which gutters are looked for: each edge is compared with all."""

_MIN_GUTTER_LINES = 5
_MIN_GAP_EM = 0.45
_GUTTER_TOLERANCE = 2.0
_MIN_COLUMN_EM = 5.5
_MIN_ALIGNED_SHARE = 0.6
"""The other lines are first lines of paragraphs."""

_Box = WordBox | TextSegment


class Gutter(NamedTuple):
    """The left edge `x` of a column of text beside another, from `left` to `right`.

    `top` and `bottom` are those of the lines that it divides; `min_width` is that of
    the columns.
    """

    x: float
    left: float
    right: float
    top: float
    bottom: float
    min_width: float

    def separates(self, last: _Box, word: _Box) -> bool:
        """Return whether two boxes of one line are on the two sides of the gutter."""
        return self._has(word) and last.x1 < self.x and _is_right(word, self.x)

    def joins(self, last: _Box, word: _Box) -> bool:
        """Return whether two boxes of one line are in the same column beside it."""
        if not self._has(word):
            return False
        if _is_right(last, self.x):
            return word.x1 < self.right
        return _is_right(last, self.left) and word.x1 < self.x

    def _has(self, box: _Box) -> bool:
        return self.top <= _middle(box) <= self.bottom


def narrow_gutters(words: Sequence[WordBox]) -> list[Gutter]:
    """Return the gutters that have running text on both sides."""
    edges = _edges(words) if len(words) <= _MAX_WORDS else ()
    runs = [run for edge in edges for run in _runs(words, edge)]
    gutters = (_between_edges(run, runs) for run in runs)
    return [gutter for gutter in gutters if _has_text_beside(gutter, words)]


def split_at(gutters: Sequence[Gutter], group: list[WordBox]) -> list[list[WordBox]]:
    """Split words of one line at the gutters that they cross."""
    return consecutive_groups(
        group,
        lambda part, word: not any(one.separates(part[-1], word) for one in gutters),
    )


def _middle(box: _Box) -> float:
    return (box.top + box.bottom) / 2


def _is_right(box: _Box, edge: float) -> bool:
    return box.x0 >= edge - _GUTTER_TOLERANCE


def _edges(words: Sequence[WordBox]) -> list[float]:
    """Return each x at which enough words start, but for the leftmost."""
    groups = consecutive_groups(
        sorted(word.x0 for word in words),
        lambda group, x0: x0 - group[0] <= _GUTTER_TOLERANCE,
    )
    return [group[0] for group in groups[1:] if len(group) >= _MIN_GUTTER_LINES]


def _runs(words: Iterable[WordBox], edge: float) -> Iterator[Gutter]:
    """Yield the gutter before an edge for each run of lines that no word crosses."""
    starts: list[WordBox] = []
    lines = (word for word in words if word.x0 < edge + _GUTTER_TOLERANCE)
    beside = (word for word in lines if word.x1 > _gap_start(word, edge))
    for word in [*sorted(beside, key=_middle), None]:
        if word is not None and _is_right(word, edge):
            starts.append(word)
            continue
        if len(starts) >= _MIN_GUTTER_LINES:
            top, bottom = starts[0].top, starts[-1].bottom
            yield Gutter(edge, -inf, inf, top, bottom, _MIN_COLUMN_EM * starts[0].size)
        starts = []


def _gap_start(word: WordBox, edge: float) -> float:
    return edge - _MIN_GAP_EM * word.size + _GUTTER_TOLERANCE / 2


def _between_edges(run: Gutter, runs: Sequence[Gutter]) -> Gutter:
    """Return a gutter with the edges of the columns beside it."""
    edges = [one.x for one in runs if one.top < run.bottom and run.top < one.bottom]
    return run._replace(
        left=max((x for x in edges if x < run.x - run.min_width), default=-inf),
        right=min((x for x in edges if x > run.x + run.min_width), default=inf),
    )


def _has_text_beside(gutter: Gutter, words: Iterable[WordBox]) -> bool:
    """Return whether both columns are running text, the right one aligned at its edge.

    Cells of tables are no running text, and neither are numbers of list items.
    """
    beside = [
        word
        for word in words
        if gutter.top <= _middle(word) <= gutter.bottom
        and _is_right(word, gutter.left)
        and not _is_right(word, gutter.right)
    ]
    left = _column(word for word in beside if not _is_right(word, gutter.x))
    right = _column(word for word in beside if _is_right(word, gutter.x))
    aligned = sum(line.x0 <= gutter.x + _GUTTER_TOLERANCE for line in right)
    return (
        max((line.width for line in left), default=0.0) >= gutter.min_width
        and aligned >= _MIN_ALIGNED_SHARE * len(right)
        and is_running_text(left)
        and is_running_text(right)
    )


def _column(words: Iterable[WordBox]) -> list[TextSegment]:
    """Return the lines of a column."""
    lines = consecutive_groups(
        sorted(words, key=_middle),
        lambda line, word: (
            _middle(word) < line[0].bottom - 0.3 * (word.bottom - word.top)
        ),
    )
    return [segment_of(sorted(line, key=lambda word: word.x0)) for line in lines]


_EDGE_TOLERANCE = 1.5
_MAX_GAP_RATIO = 1.5
_MAX_GAP_EM = 8.0
_MAX_GAP_IN_COLUMN_EM = 5.0
_MIN_WORDS = 4
_MIN_LINES = 3
_MAX_INDENT_EM = 4.0
_MAX_LEADING_EM = 2.0

WordGroup = list[WordBox]


@dataclass(slots=True)
class _GroupedLine:
    """A line as groups of words with wide gaps between the groups."""

    groups: list[WordGroup]

    @property
    def words(self) -> WordGroup:
        return [word for group in self.groups for word in group]

    def has_edges_of(self, other: "_GroupedLine") -> bool:
        """Return whether a neighbour without wide gaps has the same edges."""
        if len(other.groups) > 1:
            return False
        first, last = self.groups[0][0], self.groups[-1][-1]
        begin, end = other.groups[0][0], other.groups[0][-1]
        em = max(first.size, 1.0)
        return (
            abs(last.x1 - end.x1) < _EDGE_TOLERANCE
            # The first line of a paragraph may be indented.
            and abs(first.x0 - begin.x0) < _MAX_INDENT_EM * em
            and abs(first.bottom - begin.bottom) < _MAX_LEADING_EM * em
            and abs(first.size - begin.size) < 0.5
        )

    def fills(self, columns: Sequence[tuple[float, float]]) -> bool:
        """Return whether the line has the edges of enough lines of a column."""
        start, end = self.groups[0][0].x0, self.groups[-1][-1].x1
        matches = sum(
            abs(start - left) < _EDGE_TOLERANCE and abs(end - right) < _EDGE_TOLERANCE
            for left, right in columns
        )
        return matches >= _MIN_LINES

    def has_even_gaps(self, max_gap_em: float) -> bool:
        """Return whether all gaps between words are alike, and below a maximum."""
        em = max(self.groups[0][0].size, 1.0)
        gaps = [
            word.x0 - last.x1
            for last, word in pairwise(self.words)
            if not word.is_glued
        ]
        widest, narrowest = max(gaps, default=0.0), min(gaps, default=0.0)
        return widest < max_gap_em * em and widest <= _MAX_GAP_RATIO * narrowest


def joined_justified_lines(groups: Sequence[WordGroup]) -> list[WordGroup]:
    """Return word groups, with those of each justified line joined into one."""
    lines = list(map(_GroupedLine, consecutive_groups(groups, _is_beside)))
    columns = [
        (line.groups[0][0].x0, line.groups[0][-1].x1)
        for line in lines
        if len(line.groups) == 1 and len(line.groups[0]) >= _MIN_WORDS
    ]
    # Compare each line with the one above, then with the one below.
    for ordered in (lines, lines[::-1]):
        for neighbour, line in pairwise(ordered):
            if len(line.groups) > 1 and _is_justified(line, neighbour, columns):
                line.groups = [line.words]
    return [group for line in lines for group in line.groups]


def _is_justified(
    line: _GroupedLine, neighbour: _GroupedLine, columns: Sequence[tuple[float, float]]
) -> bool:
    if line.has_edges_of(neighbour):
        return line.has_even_gaps(_MAX_GAP_EM)
    return line.fills(columns) and line.has_even_gaps(_MAX_GAP_IN_COLUMN_EM)


def _is_beside(line: Sequence[WordGroup], group: WordGroup) -> bool:
    last, word = line[-1][-1], group[0]
    return word.x0 >= last.x1 and shares_line(last, word)


_WORD_GAP_EM = 1.05
"""The widest gap between words of one segment that are drawn in order."""

_MAX_JUSTIFIED_GAP_EM = 5.0
"""The widest gap between words of a line in a column of text."""

_MAX_JOIN_GAP_EM = 0.5
_MAX_OVERLAP_EM = 0.6
_MAX_LABEL_GAP_EM = 4.0
_MAX_LEADER_GAP_EM = 60.0
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
    ends: list[tuple[float, int]] = []
    joined: list[list[TextSegment]] = []
    for segment in ordered:
        index = _index_before(ends, joined, segment)
        if index is None or any(
            one.separates(joined[index][-1], segment) for one in gutters
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
