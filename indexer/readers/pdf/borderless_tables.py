"""Finds tables that no line is drawn around: short cells that stand in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.page_columns import is_text, lines_across, rows_across
from indexer.readers.pdf.ruled_tables import Grid
from indexer.readers.pdf.word_boxes import TextSegment

_LEAST_COLUMNS = 2
_LEAST_ROWS = 3
_RIVER_EM = 0.5
_EDGE = 2.0
_APART_EM = 1.6
_MOST_WORDS = 8.0

SegmentLine = Sequence[TextSegment]


def aligned_grids(segments: Sequence[TextSegment], known: Sequence[Grid]) -> list[Grid]:
    """Find the tables that stand outside of those that are known.

    Cells of several lines, and tables of two columns of words, are told by the white
    between columns, where all of a page is read.
    """
    free = [item for item in segments if not any(_touches(item, one) for one in known)]
    grids = []
    for run in _runs(lines_across(free)):
        grid = run.grid() if run.is_table() else None
        if grid is not None:
            grids.append(grid)
    return grids


@dataclass(slots=True)
class _Run:
    """Lines that have the same columns; `columns` says from where to where each goes.

    A line with all its cells measures them. One with fewer must stand within.
    """

    lines: list[SegmentLine]
    columns: list[tuple[float, float]]

    def takes(self, line: SegmentLine) -> bool:
        """Take a line, if its segments stand in the columns and leave white between."""
        last = self.lines[-1]
        gap = line[0].top - max(item.bottom for item in last)
        if gap > _APART_EM * line[0].height:
            return False
        widened = self._widened(line)
        if widened is None:
            return False
        self.lines.append(line)
        self.columns = widened
        return True

    def _widened(self, line: SegmentLine) -> list[tuple[float, float]] | None:
        if len(line) > len(self.columns) or (len(line) == 1 and self._is_first(line)):
            return None
        columns = list(self.columns)
        for number, item in enumerate(line):
            place = number if len(line) == len(columns) else self._place(item)
            start, end = columns[place]
            columns[place] = (min(start, item.x0), max(end, item.x1))
        white = _RIVER_EM * line[0].size
        rivers = [other[0] - one[1] for one, other in pairwise(columns)]
        return columns if min(rivers) >= white else None

    def _is_first(self, line: SegmentLine) -> bool:
        """Tell whether a line goes on from the edge, as a text below a table does."""
        return self._place(line[0]) == 0

    def _place(self, item: TextSegment) -> int:
        """Give the column that a segment is nearest to."""
        middle = (item.x0 + item.x1) / 2
        away = [max(start - middle, middle - end, 0.0) for start, end in self.columns]
        return away.index(min(away))

    def is_table(self) -> bool:
        """Tell whether lines are rows: whole, drawn one after another, of few words."""
        whole = [line for line in self.lines if len(line) == len(self.columns)]
        sides = list(zip(*whole, strict=True))
        words = sum(len(item.words) for line in whole for item in line)
        return (
            self._has_enough(whole, sides)
            and words <= _MOST_WORDS * len(whole) * len(sides)
            and _is_drawn_by_rows(whole)
            and sum(map(is_text, sides)) < 2
        )

    def _has_enough(
        self, whole: Sequence[SegmentLine], sides: Sequence[SegmentLine]
    ) -> bool:
        """Tell whether rows are enough: two whose cells share an edge, or three.

        Two columns are a table where the second holds numbers, or the first names what
        stands in the second.
        """
        if len(whole) < _LEAST_ROWS:
            return (
                len(whole) == _LEAST_ROWS - 1
                and len(sides) > 2
                and all(map(_share_edge, sides))
            )
        if len(sides) > 2:
            return True
        names, values = sides
        is_form = all(item.words[-1].text.endswith(":") for item in names)
        return is_form or (_share_edge(values) and all(map(_is_number, values)))

    def grid(self) -> Grid | None:
        """Make its grid; None where rows do not lie one below another."""
        rows = _whole_rows(rows_across([item for line in self.lines for item in line]))
        tops = [min(item.top for item in row) for row in rows]
        ends = [max(item.bottom for item in row) for row in rows]
        heights = [row[0].height for row in rows]
        between = list(zip(ends[:-1], tops[1:], heights[1:], strict=True))
        if any(end > top + 0.5 * height for end, top, height in between):
            return None
        ys = (
            tops[0] - 1.0,
            *((end + top) / 2 for end, top, _ in between),
            ends[-1] + 1.0,
        )
        starts = [start - 1.0 for start, _ in self.columns]
        xs = (*starts, self.columns[-1][1] + 1.0)
        cells = tuple(
            tuple((row, column) for column in range(len(self.columns)))
            for row in range(len(rows))
        )
        return Grid(xs, ys, cells)


def _runs(lines: Sequence[SegmentLine]) -> list[_Run]:
    runs: list[_Run] = []
    is_open = False
    for line in lines:
        if is_open and runs[-1].takes(line):
            continue
        is_open = len(line) >= _LEAST_COLUMNS
        if is_open:
            runs.append(_Run([line], [(item.x0, item.x1) for item in line]))
    return runs


def _is_drawn_by_rows(lines: Sequence[SegmentLine]) -> bool:
    """Tell whether a file draws a line after the one above it.

    Columns of a text are most often drawn one after the other.
    """
    onward = [one[-1].order < other[0].order for one, other in pairwise(lines)]
    return 2 * sum(onward) > len(onward)


def _whole_rows(rows: Sequence[list[TextSegment]]) -> list[list[TextSegment]]:
    """Join rows whose first cells are one: the file draws it in one go."""
    whole: list[list[TextSegment]] = []
    for row in rows:
        if whole and len(whole[-1]) > 1 and _goes_on(whole[-1], row):
            whole[-1].extend(row)
        else:
            whole.append(list(row))
    return whole


def _goes_on(row: Sequence[TextSegment], below: Sequence[TextSegment]) -> bool:
    first = min(below, key=lambda item: item.x0)
    above = [item for item in row if abs(item.x0 - first.x0) < _EDGE]
    return any(item.words[-1].order + 1 == first.order for item in above)


def _share_edge(side: SegmentLine) -> bool:
    starts, ends = [item.x0 for item in side], [item.x1 for item in side]
    return max(starts) - min(starts) < _EDGE or max(ends) - min(ends) < _EDGE


def _is_number(item: TextSegment) -> bool:
    signs = "".join(word.text for word in item.words)
    return 2 * sum(map(str.isdigit, signs)) >= len(signs)


def _touches(item: TextSegment, grid: Grid) -> bool:
    return (
        item.x0 < grid.xs[-1]
        and item.x1 > grid.xs[0]
        and item.top < grid.ys[-1]
        and item.bottom > grid.ys[0]
    )
