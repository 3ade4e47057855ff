"""Justified lines, as opposed to rows of a table.

Both have wide gaps between words. In a justified line all gaps are alike, and the line
above or below has the same edges without wide gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.word_boxes import WordBox, shares_line

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

    def has_edges_of(self, other: _GroupedLine) -> bool:
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
