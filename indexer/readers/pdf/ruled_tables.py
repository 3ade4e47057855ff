"""Finds tables and boxes among the lines drawn on a page."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.readers.pdf.ruling_lines import Rule, Rules
from indexer.readers.pdf.word_boxes import TextSegment, WordBox

_TOUCH = 3.0
_COVERED = 0.5
_MOST_CROSSINGS = 400_000
_MOST_CELLS = 4_000
_PAGE_SHARE = 0.9
_OPEN_SHARE = 0.25
_OPEN_GAP = 4.0
_WIDE_GAP = 9.0
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns, by the places of their lines, and which cells are one.

    `cells` gives for each row and column the cell that it is a part of, named by the
    first row and column of that cell.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return len(self.xs) - 1

    def cell_of(self, word: WordBox) -> tuple[int, int] | None:
        """Give the cell that a word stands in, if it does."""
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            return None
        return self.cells[row][column]

    def distinct(self) -> int:
        """Count its cells; those that are one count once."""
        return len({cell for row in self.cells for cell in row})


def find_grids(rules: Rules, width: float, height: float) -> list[Grid]:
    """Find grids: lines that cross one another, and what they enclose."""
    if len(rules.across) * len(rules.down) > _MOST_CROSSINGS:
        return []
    grids = []
    for across, down in _crossing(rules):
        grid = _grid(across, down)
        if grid is not None and not _is_page(grid, width, height):
            grids.append(grid)
    return _outermost(grids)


def open_grids(
    rules: Rules, segments: Sequence[TextSegment], closed: Sequence[Grid], width: float
) -> list[Grid]:
    """Find tables that only have lines between rows; white parts their columns."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules.across, key=lambda one: one.at):
        if rule.end - rule.start < _OPEN_SHARE * width:
            continue
        group = next((one for one in groups if _same_span(one[-1], rule)), None)
        if group is None:
            groups.append([rule])
        else:
            group.append(rule)
    grids = [_open_grid(group, segments) for group in groups if len(group) >= 4]
    found = [grid for grid in grids if grid is not None]
    return [grid for grid in found if not any(_overlap(grid, one) for one in closed)]


def _same_span(one: Rule, other: Rule) -> bool:
    return abs(one.start - other.start) < 6.0 and abs(one.end - other.end) < 6.0


def _open_grid(rules: Sequence[Rule], segments: Sequence[TextSegment]) -> Grid | None:
    ys = _places([rule.at for rule in rules], [rules[0].at, rules[-1].at])
    left, right = rules[0].start, rules[0].end
    words = [
        word
        for item in segments
        if item.x0 > left - 6 and item.x1 < right + 6
        for word in item.words
    ]
    inside = [word for word in words if ys[0] < word.bottom - 1 < ys[-1]]
    xs = (left, *_gaps(inside), right)
    rows = len(ys) - 1
    # Few lines and much text between them: they part sections, or frame a table.
    lines = {round(word.bottom) for word in inside}
    if len(xs) < 3 or rows < 3 or len(lines) > _MOST_LINES * rows:
        return None
    ys = (*_head(words, xs, ys[0]), *ys)
    cells = tuple(
        tuple((row, column) for column in range(len(xs) - 1))
        for row in range(len(ys) - 1)
    )
    return Grid(xs, ys, cells)


def _gaps(words: Sequence[WordBox]) -> list[float]:
    """Give the left edges of columns: what no word covers lies before them.

    A narrow gap parts columns only where many lines begin at its end.
    """
    gaps: list[float] = []
    end: float | None = None
    for word in sorted(words, key=lambda one: one.x0):
        if end is not None and word.x0 - end > _OPEN_GAP:
            aligned = sum(abs(one.x0 - word.x0) < 1.5 for one in words)
            if word.x0 - end > _WIDE_GAP or aligned >= 3:
                gaps.append(word.x0 - 1.0)
        end = word.x1 if end is None else max(end, word.x1)
    return gaps


def _head(
    words: Sequence[WordBox], xs: Sequence[float], top: float
) -> tuple[float, ...]:
    """Find the names of columns, above the first line; give the top of their row."""
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


def _crossing(rules: Rules) -> Iterable[tuple[list[Rule], list[Rule]]]:
    """Part the lines into those that hang together."""
    parents = list(range(len(rules.across) + len(rules.down)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    shift = len(rules.across)
    for row, across in enumerate(rules.across):
        for column, down in enumerate(rules.down):
            if _cross(across, down):
                parents[root(row)] = root(shift + column)
    groups: defaultdict[int, tuple[list[Rule], list[Rule]]] = defaultdict(
        lambda: ([], [])
    )
    for row, rule in enumerate(rules.across):
        groups[root(row)][0].append(rule)
    for column, rule in enumerate(rules.down):
        groups[root(shift + column)][1].append(rule)
    return groups.values()


def _cross(across: Rule, down: Rule) -> bool:
    return (
        across.start - _TOUCH <= down.at <= across.end + _TOUCH
        and down.start - _TOUCH <= across.at <= down.end + _TOUCH
    )


def _grid(across: Sequence[Rule], down: Sequence[Rule]) -> Grid | None:
    if len(across) < 2 or not down:
        return None
    xs = _places(
        [rule.at for rule in down],
        [rule.start for rule in across] + [rule.end for rule in across],
    )
    ys = _places(
        [rule.at for rule in across],
        [rule.start for rule in down] + [rule.end for rule in down],
    )
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MOST_CELLS:
        return None
    return Grid(xs, ys, _cells(xs, ys, across, down))


def _places(lines: list[float], ends: list[float]) -> tuple[float, ...]:
    """Give the places of lines; where none is drawn at an end, the end is one."""
    ordered = sorted([*lines, min(ends), max(ends)])
    places = [ordered[0]]
    for place in ordered[1:]:
        if place - places[-1] > 2 * _TOUCH:
            places.append(place)
    return tuple(places)


def _cells(
    xs: tuple[float, ...],
    ys: tuple[float, ...],
    across: Sequence[Rule],
    down: Sequence[Rule],
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Join places between which no line is drawn into cells."""
    names: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            above, before = (row - 1, column), (row, column - 1)
            has_top = _is_drawn(across, ys[row], xs[column], xs[column + 1])
            has_left = _is_drawn(down, xs[column], ys[row], ys[row + 1])
            if row and not has_top:
                names[row, column] = names[above]
            elif column and not has_left:
                names[row, column] = names[before]
            else:
                names[row, column] = (row, column)
    return tuple(
        tuple(names[row, column] for column in range(len(xs) - 1))
        for row in range(len(ys) - 1)
    )


def _is_drawn(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start))
        for rule in rules
        if abs(rule.at - at) <= 2 * _TOUCH
    )
    return covered >= _COVERED * (end - start)


def _is_page(grid: Grid, width: float, height: float) -> bool:
    """Tell whether a frame goes round all of a page."""
    across, down = grid.xs[-1] - grid.xs[0], grid.ys[-1] - grid.ys[0]
    return (
        grid.distinct() == 1
        and across > _PAGE_SHARE * width
        and down > _PAGE_SHARE * height
    )


def _outermost(grids: list[Grid]) -> list[Grid]:
    """Leave out a box around others, and boxes within a table."""
    kept: list[Grid] = []
    for grid in sorted(grids, key=lambda one: (one.distinct() == 1, -_area(one))):
        if not any(_overlap(grid, other) for other in kept):
            kept.append(grid)
    return kept


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def _overlap(one: Grid, other: Grid) -> bool:
    across = min(one.xs[-1], other.xs[-1]) - max(one.xs[0], other.xs[0])
    down = min(one.ys[-1], other.ys[-1]) - max(one.ys[0], other.ys[0])
    return across > _TOUCH and down > _TOUCH
