"""Gutters that are hardly wider than a space, found by the left edges of lines.

A file that draws its columns line by line puts the words of two columns one after the
other. Where the gutter is narrow, only the edges show it: line after line starts at the
same x, and no word crosses the gap before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.page_columns import is_running_text
from indexer.readers.pdf.word_boxes import TextSegment, WordBox, segment_of

_MAX_WORDS = 5_000
"""Words of a page in which gutters are looked for: each edge is compared with all."""

_MIN_LINES = 5
_MIN_GAP_EM = 0.45
_EDGE_TOLERANCE = 2.0
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
    return box.x0 >= edge - _EDGE_TOLERANCE


def _edges(words: Sequence[WordBox]) -> list[float]:
    """Return each x at which enough words start, but for the leftmost."""
    groups = consecutive_groups(
        sorted(word.x0 for word in words),
        lambda group, x0: x0 - group[0] <= _EDGE_TOLERANCE,
    )
    return [group[0] for group in groups[1:] if len(group) >= _MIN_LINES]


def _runs(words: Iterable[WordBox], edge: float) -> Iterator[Gutter]:
    """Yield the gutter before an edge for each run of lines that no word crosses."""
    starts: list[WordBox] = []
    lines = (word for word in words if word.x0 < edge + _EDGE_TOLERANCE)
    beside = (word for word in lines if word.x1 > _gap_start(word, edge))
    for word in [*sorted(beside, key=_middle), None]:
        if word is not None and _is_right(word, edge):
            starts.append(word)
            continue
        if len(starts) >= _MIN_LINES:
            top, bottom = starts[0].top, starts[-1].bottom
            yield Gutter(edge, -inf, inf, top, bottom, _MIN_COLUMN_EM * starts[0].size)
        starts = []


def _gap_start(word: WordBox, edge: float) -> float:
    return edge - _MIN_GAP_EM * word.size + _EDGE_TOLERANCE / 2


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
    aligned = sum(line.x0 <= gutter.x + _EDGE_TOLERANCE for line in right)
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
