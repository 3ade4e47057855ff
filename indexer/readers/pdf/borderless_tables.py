"""Tables without ruling lines: short cells that are aligned in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.page_columns import is_running_text, table_rows, text_lines
from indexer.readers.pdf.ruled_tables import Grid
from indexer.readers.pdf.word_boxes import TextSegment

_MIN_ROWS = 3
_GUTTER_EM = 0.5
_EDGE_TOLERANCE = 2.0
_MAX_LINE_GAP_EM = 1.6
_MAX_WORDS_PER_CELL = 8.0

SegmentLine = Sequence[TextSegment]


def borderless_grids(
    segments: Sequence[TextSegment], known: Sequence[Grid]
) -> list[Grid]:
    """Return the grids of borderless tables outside of the known grids.

    Tables with cells of several lines, or with two columns of words, are left to
    `page_columns`, which sees the gutters of the whole page.
    """
    free = [item for item in segments if not any(_overlaps(item, one) for one in known)]
    grids = (run.grid() for run in _runs(text_lines(free)) if run.is_table())
    return [grid for grid in grids if grid is not None]


@dataclass(slots=True)
class _LineRun:
    """Consecutive lines with the same columns; `columns` has their left and right.

    A line with all cells widens the columns; a line with fewer must fit into them.
    """

    lines: list[SegmentLine]
    columns: list[tuple[float, float]]

    def extend(self, line: SegmentLine) -> bool:
        """Add a line if its segments fit the columns; return whether they do."""
        gap = line[0].top - max(item.bottom for item in self.lines[-1])
        widened = self._widened_columns(line)
        if widened is None or gap > _MAX_LINE_GAP_EM * line[0].height:
            return False
        self.lines.append(line)
        self.columns = widened
        return True

    def _widened_columns(self, line: SegmentLine) -> list[tuple[float, float]] | None:
        # A line at the left edge is text below the table.
        is_text = len(line) == 1 and self._nearest_column(line[0]) == 0
        if is_text or len(line) > len(self.columns):
            return None
        columns = list(self.columns)
        for number, item in enumerate(line):
            column = number if len(line) == len(columns) else self._nearest_column(item)
            start, end = columns[column]
            columns[column] = (min(start, item.x0), max(end, item.x1))
        min_gutter = min(other[0] - one[1] for one, other in pairwise(columns))
        return columns if min_gutter >= _GUTTER_EM * line[0].size else None

    def _nearest_column(self, item: TextSegment) -> int:
        middle = (item.x0 + item.x1) / 2
        distances = [
            max(start - middle, middle - end, 0.0) for start, end in self.columns
        ]
        return distances.index(min(distances))

    def is_table(self) -> bool:
        """Return whether the lines are complete rows, drawn in order, of few words."""
        full_lines = [line for line in self.lines if len(line) == len(self.columns)]
        columns = list(zip(*full_lines, strict=True))
        words = sum(len(item.words) for line in full_lines for item in line)
        return (
            self._has_enough_rows(full_lines, columns)
            and words <= _MAX_WORDS_PER_CELL * len(full_lines) * len(columns)
            and _is_drawn_row_by_row(full_lines)
            and sum(map(is_running_text, columns)) < 2
        )

    def _has_enough_rows(
        self, full_lines: Sequence[SegmentLine], columns: Sequence[SegmentLine]
    ) -> bool:
        """Return whether the rows suffice: three, or two with aligned cells.

        Two columns are a table if the second has numbers, or the first has labels that
        end in a colon.
        """
        if len(full_lines) < _MIN_ROWS:
            return (
                len(full_lines) == _MIN_ROWS - 1
                and len(columns) > 2
                and all(map(_is_aligned, columns))
            )
        if len(columns) > 2:
            return True
        labels, values = columns
        is_form = all(item.words[-1].text.endswith(":") for item in labels)
        return is_form or (_is_aligned(values) and all(map(_is_number, values)))

    def grid(self) -> Grid | None:
        """Return the grid of the table; None if rows overlap vertically."""
        rows = _merged_rows(table_rows([item for line in self.lines for item in line]))
        tops = [min(item.top for item in row) for row in rows]
        ends = [max(item.bottom for item in row) for row in rows]
        heights = [row[0].height for row in rows]
        between = list(zip(ends[:-1], tops[1:], heights[1:], strict=True))
        if any(end > top + 0.5 * height for end, top, height in between):
            return None
        middles = ((end + top) / 2 for end, top, _ in between)
        ys = [tops[0] - 1.0, *middles, ends[-1] + 1.0]
        xs = [*(start - 1.0 for start, _ in self.columns), self.columns[-1][1] + 1.0]
        return Grid.without_merged_cells(xs, ys)


def _runs(lines: Sequence[SegmentLine]) -> list[_LineRun]:
    runs: list[_LineRun] = []
    is_open = False
    for line in lines:
        if is_open and runs[-1].extend(line):
            continue
        is_open = len(line) > 1
        if is_open:
            runs.append(_LineRun([line], [(item.x0, item.x1) for item in line]))
    return runs


def _is_drawn_row_by_row(lines: Sequence[SegmentLine]) -> bool:
    """Return whether most lines are drawn after the line above them.

    Columns of text are mostly drawn one column after the other.
    """
    in_order = [one[-1].order < other[0].order for one, other in pairwise(lines)]
    return 2 * sum(in_order) > len(in_order)


def _merged_rows(rows: Sequence[list[TextSegment]]) -> list[list[TextSegment]]:
    """Merge rows whose first cells are drawn without interruption."""
    merged: list[list[TextSegment]] = []
    for row in rows:
        if merged and len(merged[-1]) > 1 and _continues(merged[-1], row):
            merged[-1].extend(row)
        else:
            merged.append(list(row))
    return merged


def _continues(row: Sequence[TextSegment], below: Sequence[TextSegment]) -> bool:
    first = min(below, key=lambda item: item.x0)
    above = [item for item in row if abs(item.x0 - first.x0) < _EDGE_TOLERANCE]
    return any(item.words[-1].order + 1 == first.order for item in above)


def _is_aligned(column: SegmentLine) -> bool:
    starts, ends = [item.x0 for item in column], [item.x1 for item in column]
    spread = min(max(starts) - min(starts), max(ends) - min(ends))
    return spread < _EDGE_TOLERANCE


def _is_number(item: TextSegment) -> bool:
    characters = "".join(word.text for word in item.words)
    return 2 * sum(map(str.isdigit, characters)) >= len(characters)


def _overlaps(item: TextSegment, grid: Grid) -> bool:
    return (
        item.x0 < grid.xs[-1]
        and item.x1 > grid.xs[0]
        and item.top < grid.ys[-1]
        and item.bottom > grid.ys[0]
    )
