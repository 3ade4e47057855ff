"""Tells lines that are stretched to the edge of a column from rows of a table.

Both leave wide gaps between words. In a line that is stretched all gaps are alike, and
the line above or below goes from the same edge to the same edge without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.word_boxes import WordBox

_SAME_EDGE = 1.5
_ALIKE = 1.5
_WIDEST_EM = 8.0
_WIDE_EM = 5.0
_MANY_WORDS = 4
_ENOUGH_LINES = 3
_INDENT_EM = 4.0
_STEP_EM = 2.0

Group = list[WordBox]


@dataclass(slots=True)
class _Line:
    """Groups of words that are drawn one after another on one line."""

    groups: list[Group]

    @property
    def words(self) -> Group:
        return [word for group in self.groups for word in group]

    def is_stretched_as(self, other: _Line) -> bool:
        """Tell whether a whole line beside it has the same edges."""
        if len(other.groups) > 1:
            return False
        first, last = self.groups[0][0], self.groups[-1][-1]
        begin, end = other.groups[0][0], other.groups[0][-1]
        em = max(first.size, 1.0)
        # The first line of a paragraph may be set in.
        indent = abs(first.x0 - begin.x0)
        return (
            abs(last.x1 - end.x1) < _SAME_EDGE
            and (indent < _SAME_EDGE or indent < _INDENT_EM * em)
            and abs(first.bottom - begin.bottom) < _STEP_EM * em
            and abs(first.size - begin.size) < 0.5
        )

    def fills(self, columns: Sequence[tuple[float, float]]) -> bool:
        """Tell whether it goes from edge to edge of a column."""
        start, end = self.groups[0][0].x0, self.groups[-1][-1].x1
        near = [
            abs(start - left) < _SAME_EDGE and abs(end - right) < _SAME_EDGE
            for left, right in columns
        ]
        return sum(near) >= _ENOUGH_LINES

    def has_like_gaps(self, widest_em: float) -> bool:
        """Tell whether all of its words stand as far apart, and none too far."""
        em = max(self.groups[0][0].size, 1.0)
        gaps = [
            word.x0 - last.x1
            for last, word in pairwise(self.words)
            if not word.is_glued
        ]
        widest, narrowest = max(gaps), min(gaps)
        return widest < widest_em * em and widest <= _ALIKE * narrowest


def joined_lines(groups: Sequence[Group]) -> list[Group]:
    """Join the groups of each line that is only stretched."""
    lines = _lines(groups)
    columns = [
        (line.groups[0][0].x0, line.groups[0][-1].x1)
        for line in lines
        if len(line.groups) == 1 and len(line.groups[0]) >= _MANY_WORDS
    ]
    # A line tells of the next one, and then of the one before.
    for ordered in (lines, lines[::-1]):
        for whole, line in pairwise(ordered):
            if len(line.groups) > 1 and _is_stretched(line, whole, columns):
                line.groups = [line.words]
    return [group for line in lines for group in line.groups]


def _is_stretched(
    line: _Line, whole: _Line, columns: Sequence[tuple[float, float]]
) -> bool:
    if line.is_stretched_as(whole):
        return line.has_like_gaps(_WIDEST_EM)
    return line.fills(columns) and line.has_like_gaps(_WIDE_EM)


def same_line(one: WordBox, other: WordBox) -> bool:
    """Tell whether two words stand side by side."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _lines(groups: Sequence[Group]) -> list[_Line]:
    lines: list[_Line] = []
    for group in groups:
        if lines and _goes_on(lines[-1].groups[-1][-1], group[0]):
            lines[-1].groups.append(group)
        else:
            lines.append(_Line([group]))
    return lines


def _goes_on(last: WordBox, word: WordBox) -> bool:
    return word.x0 >= last.x1 and same_line(last, word)
