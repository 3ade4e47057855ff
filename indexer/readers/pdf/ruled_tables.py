"""Tables and boxes with ruling lines."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.ruling_lines import RulingLine, RulingLines
from indexer.readers.pdf.word_boxes import TextSegment, WordBox

_TOLERANCE = 3.0
_MIN_COVERED_SHARE = 0.5
_MAX_CROSSINGS = 400_000
_MAX_CELLS = 4_000
_PAGE_FRAME_SHARE = 0.9
_MIN_RULE_SHARE = 0.25
_MIN_GAP = 4.0
_WIDE_GAP = 9.0
_MAX_LINES_PER_ROW = 5
_CUT = 2.0
_MIN_CUT_WORDS = 2
_MIN_CUT_SHARE = 0.05
_MAX_BOXES = 8
_TITLE_POINTS = 20.0
_TITLE_RATIO = 1.4


CellId = tuple[int, int]
"""The first row and column that a cell spans."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table by the positions of its lines; `cells` has the cell of each position."""

    xs: Sequence[float]
    ys: Sequence[float]
    cells: Sequence[Sequence[CellId]]

    @classmethod
    def without_merged_cells(cls, xs: Sequence[float], ys: Sequence[float]) -> "Grid":
        """Return the grid with one cell at each position."""
        rows, columns = range(len(ys) - 1), range(len(xs) - 1)
        return cls(xs, ys, [[(row, column) for column in columns] for row in rows])

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.xs) - 1

    def cell_of(self, word: WordBox) -> CellId | None:
        """Return the id of the cell that contains a word, if any."""
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not (0 <= row < len(self.cells) and 0 <= column < self.columns):
            return None
        return self.cells[row][column]

    def cuts(self, word: WordBox) -> bool:
        """Return whether an edge between two cells of a row goes through a word."""
        row = bisect_right(self.ys, (word.top + word.bottom) / 2) - 1
        if not 0 <= row < len(self.cells):
            return False
        cells = self.cells[row]
        return any(
            word.x0 + _CUT < x < word.x1 - _CUT and cells[number] != cells[number + 1]
            for number, x in enumerate(self.xs[1:-1])
        )

    def cell_count(self) -> int:
        """Count the cells; merged cells count once."""
        return len({cell for row in self.cells for cell in row})


def find_grids(lines: RulingLines, width: float, height: float) -> list[Grid]:
    """Return the grids of crossing ruling lines."""
    if len(lines.horizontal) * len(lines.vertical) > _MAX_CROSSINGS:
        return []
    grids = (_grid(*crossing) for crossing in _connected_lines(lines))
    return _outermost(
        [grid for grid in grids if grid and not _is_page_frame(grid, width, height)]
    )


def is_drawing(grid: Grid, words: Sequence[WordBox]) -> bool:
    """Return whether the lines of a grid are bands and boxes of a design.

    They go through words, which the edges of a table never do; or a box has a title
    and smaller lines, or one of a few boxes has very large letters.
    """
    cells: defaultdict[CellId, list[WordBox]] = defaultdict(list)
    for word in words:
        if (cell := grid.cell_of(word)) is not None:
            cells[cell].append(word)
    inside = [word for own in cells.values() for word in own]
    cut = sum(map(grid.cuts, inside))
    if cut >= max(_MIN_CUT_WORDS, _MIN_CUT_SHARE * len(inside)):
        return True
    if grid.columns == 1 or len(cells) > _MAX_BOXES:
        return False
    sizes = list(filter(None, map(_letter_sizes, cells.values())))
    return any(
        max(own) >= _TITLE_POINTS or max(own) >= _TITLE_RATIO * min(own)
        for own in sizes
    )


def _letter_sizes(words: Sequence[WordBox]) -> list[float]:
    """Return the sizes of words, without the numbers of footnotes."""
    return [word.size for word in words if sum(map(str.isalpha, word.text)) >= 3]


def row_ruled_grids(
    lines: RulingLines,
    segments: Sequence[TextSegment],
    closed: Sequence[Grid],
    width: float,
) -> list[Grid]:
    """Return the grids of tables with lines between rows only, and gaps as columns."""
    groups: list[list[RulingLine]] = []
    for line in sorted(lines.horizontal, key=lambda one: one.at):
        if line.end - line.start < _MIN_RULE_SHARE * width:
            continue
        for group in groups:
            last = group[-1]
            if abs(last.start - line.start) < 6 and abs(last.end - line.end) < 6:
                group.append(line)
                break
        else:
            groups.append([line])
    grids = [_row_ruled_grid(group, segments) for group in groups if len(group) >= 4]
    return [
        grid
        for grid in grids
        if grid and not any(_overlap(grid, other) for other in closed)
    ]


def _row_ruled_grid(
    lines: Sequence[RulingLine], segments: Sequence[TextSegment]
) -> Grid | None:
    ys = _positions(lines, ())
    left, right = lines[0].start, lines[0].end
    words = [
        word
        for item in segments
        if item.x0 > left - 6 and item.x1 < right + 6
        for word in item.words
    ]
    inside = [word for word in words if ys[0] < word.bottom - 1 < ys[-1]]
    xs = [left, *_column_edges(inside), right]
    rows = len(ys) - 1
    # Few ruling lines and much text: they separate sections, or frame a table.
    text_lines = {round(word.bottom) for word in inside}
    if len(xs) < 3 or rows < 3 or len(text_lines) > _MAX_LINES_PER_ROW * rows:
        return None
    ys = [*_header_row(words, xs, ys[0]), *ys]
    return Grid.without_merged_cells(xs, ys)


def _column_edges(words: Sequence[WordBox]) -> list[float]:
    """Return the left edges of columns, after vertical gaps.

    A narrow gap separates columns only where several lines start at its end.
    """
    edges: list[float] = []
    ordered = sorted(words, key=lambda word: word.x0)
    end = ordered[0].x1 if ordered else 0.0
    for word in ordered:
        if word.x0 - end > _MIN_GAP:
            aligned = sum(abs(one.x0 - word.x0) < 1.5 for one in words)
            if word.x0 - end > _WIDE_GAP or aligned >= 3:
                edges.append(word.x0 - 1.0)
        end = max(end, word.x1)
    return edges


def _header_row(
    words: Sequence[WordBox], xs: Sequence[float], top: float
) -> tuple[float, ...]:
    """Return the top of the header row above the first line, if there is one."""
    lines: list[WordBox] = []
    ceiling = top
    for word in sorted(words, key=lambda one: -one.bottom):
        if word.bottom > top + 1:
            continue
        if ceiling - word.bottom > 0.6 * word.size:
            break
        lines.append(word)
        ceiling = min(ceiling, word.top)
    columns = {bisect_right(xs, (word.x0 + word.x1) / 2) for word in lines}
    return (ceiling - 1.0,) if len(columns) > 1 else ()


def _connected_lines(
    lines: RulingLines,
) -> Iterable[tuple[list[RulingLine], list[RulingLine]]]:
    """Group the lines that cross one another, by union-find."""
    parents = list(range(len(lines.horizontal) + len(lines.vertical)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    first_vertical = len(lines.horizontal)
    for row, horizontal in enumerate(lines.horizontal):
        for column, vertical in enumerate(lines.vertical, first_vertical):
            if _cross(horizontal, vertical):
                parents[root(row)] = root(column)
    groups: defaultdict[int, tuple[list[RulingLine], list[RulingLine]]] = defaultdict(
        lambda: ([], [])
    )
    for index, line in enumerate((*lines.horizontal, *lines.vertical)):
        groups[root(index)][index >= first_vertical].append(line)
    return groups.values()


def _cross(horizontal: RulingLine, vertical: RulingLine) -> bool:
    return (
        horizontal.start - _TOLERANCE <= vertical.at <= horizontal.end + _TOLERANCE
        and vertical.start - _TOLERANCE <= horizontal.at <= vertical.end + _TOLERANCE
    )


def _grid(
    horizontal: Sequence[RulingLine], vertical: Sequence[RulingLine]
) -> Grid | None:
    if len(horizontal) < 2 or not vertical:
        return None
    xs, ys = _positions(vertical, horizontal), _positions(horizontal, vertical)
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MAX_CELLS:
        return None
    return Grid(xs, ys, _cells(xs, ys, horizontal, vertical))


def _positions(
    lines: Sequence[RulingLine], crossing: Sequence[RulingLine]
) -> list[float]:
    """Return the positions of lines, and the outermost ends of the lines across."""
    first = min((line.start for line in crossing), default=lines[0].at)
    last = max((line.end for line in crossing), default=lines[0].at)
    ordered = sorted([*(line.at for line in lines), first, last])
    positions = ordered[:1]
    for position in ordered[1:]:
        if position - positions[-1] > 2 * _TOLERANCE:
            positions.append(position)
    return positions


def _cells(
    xs: Sequence[float],
    ys: Sequence[float],
    horizontal: Sequence[RulingLine],
    vertical: Sequence[RulingLine],
) -> list[list[CellId]]:
    """Merge positions without a line between them into cells."""
    cells: list[list[CellId]] = []
    for row, (top, bottom) in enumerate(pairwise(ys)):
        cells.append([])
        for column, (left, right) in enumerate(pairwise(xs)):
            if row and not _is_drawn(horizontal, top, left, right):
                cell = cells[row - 1][column]
            elif column and not _is_drawn(vertical, left, top, bottom):
                cell = cells[row][column - 1]
            else:
                cell = row, column
            cells[row].append(cell)
    return cells


def _is_drawn(lines: Sequence[RulingLine], at: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(line.end, end) - max(line.start, start))
        for line in lines
        if abs(line.at - at) <= 2 * _TOLERANCE
    )
    return covered >= _MIN_COVERED_SHARE * (end - start)


def _is_page_frame(grid: Grid, width: float, height: float) -> bool:
    """Return whether a grid is a frame around the page."""
    horizontal, vertical = grid.xs[-1] - grid.xs[0], grid.ys[-1] - grid.ys[0]
    return (
        grid.cell_count() == 1
        and horizontal > _PAGE_FRAME_SHARE * width
        and vertical > _PAGE_FRAME_SHARE * height
    )


def _outermost(grids: list[Grid]) -> list[Grid]:
    """Drop boxes around other grids, and boxes within a table."""
    outermost: list[Grid] = []
    for grid in sorted(grids, key=lambda one: (one.cell_count() == 1, -_area(one))):
        if not any(_overlap(grid, other) for other in outermost):
            outermost.append(grid)
    return outermost


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def _overlap(one: Grid, other: Grid) -> bool:
    horizontal = min(one.xs[-1], other.xs[-1]) - max(one.xs[0], other.xs[0])
    vertical = min(one.ys[-1], other.ys[-1]) - max(one.ys[0], other.ys[0])
    return horizontal > _TOLERANCE and vertical > _TOLERANCE
