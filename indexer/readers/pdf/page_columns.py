"""Puts what stands on a page in the order in which it is read, columns and all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.word_boxes import TextSegment

_MIN_LINES = 3
_MIN_GUTTER_EM = 0.7
_EDGE = 3.0
_FULL_LINE = 0.62
_MIN_WORDS = 3.0
_MIN_COLUMN_EM = 9.0
_FEW_TURNS = 0.3
_STRIP_EM = 0.42
_MOSTLY = 0.45


@dataclass(frozen=True, slots=True)
class Flow:
    """Segments that are read one after another, downwards.

    In a table that nothing rules, a flow is a row, and each segment a line of a cell.
    """

    segments: tuple[TextSegment, ...]
    is_row: bool = False

    def parts(self) -> list[Flow]:
        """Part what stands for tables and boxes, which has no words, from the rest."""
        parts: list[list[TextSegment]] = []
        for segment in self.segments:
            goes_on = parts and parts[-1][-1].words and segment.words
            if goes_on:
                parts[-1].append(segment)
            else:
                parts.append([segment])
        return [Flow(tuple(part), is_row=self.is_row) for part in parts]


@dataclass(frozen=True, slots=True)
class _Gutter:
    left: float
    right: float
    lines: float


def flows_of(segments: Sequence[TextSegment]) -> list[Flow]:
    """Cut a part of a page into flows, in reading order."""
    ordered = sorted(segments, key=lambda segment: (segment.top, segment.x0))
    gutter = _widest_used(ordered)
    if gutter is None:
        return [Flow(tuple(_by_lines(ordered)))] if ordered else []
    flows: list[Flow] = []
    for band in _with_titles_below(_bands(ordered, gutter), gutter):
        left = [item for item in band if item.x1 <= gutter.right - 0.1]
        right = [item for item in band if item.x0 >= gutter.right - _EDGE]
        if not left or not right or len(left) + len(right) < len(band):
            flows += flows_of(band) if len(band) < len(ordered) else [_flow(band)]
        elif _is_tabular(left, right):
            flows += _rows(band)
        else:
            flows += flows_of(left) + flows_of(right)
    return _rejoined(flows)


def _flow(segments: Sequence[TextSegment]) -> Flow:
    return Flow(tuple(_by_lines(segments)))


def _by_lines(segments: Sequence[TextSegment]) -> list[TextSegment]:
    """Order segments by lines; those of one line go from left to right."""
    lines: list[list[TextSegment]] = []
    for segment in sorted(segments, key=lambda item: (item.middle, item.x0)):
        if lines and segment.middle < lines[-1][0].bottom - 0.3 * segment.height:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return [item for line in lines for item in sorted(line, key=lambda one: one.x0)]


def _widest_used(ordered: Sequence[TextSegment]) -> _Gutter | None:
    """Find the gutter that most lines stand on both sides of."""
    if len(ordered) < 2 * _MIN_LINES:
        return None
    leftmost = min(item.x0 for item in ordered)
    best: _Gutter | None = None
    for start in _column_starts(ordered, leftmost):
        gutter = _gutter_before(ordered, start)
        if gutter is not None and (best is None or gutter.lines > best.lines):
            best = gutter
    return best


def _column_starts(ordered: Sequence[TextSegment], leftmost: float) -> list[float]:
    """Give the places where several segments begin, but for the leftmost."""
    starts: list[list[float]] = []
    for x0 in sorted(item.x0 for item in ordered):
        if starts and x0 - starts[-1][0] <= _EDGE:
            starts[-1].append(x0)
        else:
            starts.append([x0])
    return [
        group[0]
        for group in starts
        if len(group) >= _MIN_LINES and group[0] > leftmost + 2 * _EDGE
    ]


def _gutter_before(ordered: Sequence[TextSegment], start: float) -> _Gutter | None:
    """Measure the gutter that ends where a column starts."""
    gutter = _Gutter(start, start, 0.0)
    lines = 0.0
    for band in _bands(ordered, gutter):
        left = [item for item in band if item.x1 <= start - 0.1]
        right = [item for item in band if item.x0 >= start - _EDGE]
        if len(left) + len(right) < len(band):
            continue
        lines += _lines_beside(left, right)
    if lines < _MIN_LINES:
        return None
    return _Gutter(start, start, lines)


def _lines_beside(left: Sequence[TextSegment], right: Sequence[TextSegment]) -> float:
    """Count the lines that two sides have beside each other."""
    if not left or not right:
        return 0.0
    edge = max(item.x1 for item in left)
    em = min(item.size for item in left)
    if min(item.x0 for item in right) - edge < _MIN_GUTTER_EM * em:
        return 0.0
    return float(min(_line_count(left), _line_count(right)))


def _line_count(segments: Sequence[TextSegment]) -> int:
    """Count lines; what stands for a table counts for as many as it is high."""
    count, bottom = 0, float("-inf")
    for item in sorted(segments, key=lambda one: one.middle):
        if not item.words:
            count += max(1, int(item.height / (1.3 * max(item.size, 1.0))))
        elif item.middle > bottom:
            count += 1
            bottom = item.bottom - 0.2 * item.height
    return count


def _bands(ordered: Sequence[TextSegment], gutter: _Gutter) -> list[list[TextSegment]]:
    """Cut where a segment crosses the gutter: before it, itself, after it."""
    bands: list[list[TextSegment]] = []
    crossing = False
    bottom = float("-inf")
    parting = _parting_titles(ordered, gutter)
    for item in ordered:
        crosses = item.x0 < gutter.right - _EDGE and item.x1 > gutter.right - 0.1
        crosses = crosses or id(item) in parting
        beside = item.middle < bottom
        if bands and (crosses == crossing or (crossing and beside)):
            bands[-1].append(item)
        else:
            bands.append([item])
            crossing = crosses
        if crosses:
            bottom = max(bottom, item.bottom)
    return bands


def _parting_titles(ordered: Sequence[TextSegment], gutter: _Gutter) -> set[int]:
    """Find titles of the left that part both columns, though they are short.

    Beside such a title the right column is white, and goes on above it and below.
    """
    sizes = sorted(item.size for item in ordered)
    body = sizes[len(sizes) // 2]
    right = [item for item in ordered if item.x0 >= gutter.right - _EDGE]
    parting: set[int] = set()
    for item in ordered:
        if item.x0 >= gutter.right - _EDGE or not _is_title(item, body):
            continue
        above = [one for one in right if one.bottom <= item.top + 0.2 * item.height]
        below = [one for one in right if one.top >= item.bottom - 0.2 * item.height]
        is_white = len(above) + len(below) == len(right)
        if is_white and above and below:
            parting.add(id(item))
    return parting


def _with_titles_below(
    bands: list[list[TextSegment]], gutter: _Gutter
) -> list[list[TextSegment]]:
    """Put a title that ends a column with what it is the title of.

    It stands below both columns, and what follows it crosses them.
    """
    for above, below in pairwise(bands):
        right = [item for item in above if item.x0 >= gutter.right - _EDGE]
        if not right or len(right) == len(above):
            continue
        floor = max(item.bottom for item in right)
        body = sorted(item.size for item in above)[len(above) // 2]
        while above[-1].top > floor and _is_title(above[-1], body):
            below.insert(0, above.pop())
    return bands


def _is_title(segment: TextSegment, body: float) -> bool:
    return segment.size > 1.1 * body or segment.style.is_bold


def _is_tabular(left: Sequence[TextSegment], right: Sequence[TextSegment]) -> bool:
    """Tell whether two sides are cells of rows rather than columns of a text.

    A file draws columns one after the other, and a table by rows. Some files draw
    columns line by line: they are told by lines that fill their column.
    """
    sides = sorted(
        [(item.order, 0) for item in left] + [(item.order, 1) for item in right]
    )
    turns = sum(one[1] != other[1] for one, other in pairwise(sides))
    lines = min(_line_count(left), _line_count(right))
    if lines >= _MIN_LINES and turns <= max(1.0, _FEW_TURNS * lines):
        return False
    return not (is_text(left) and is_text(right))


def is_text(side: Sequence[TextSegment]) -> bool:
    """Tell whether a side has lines that fill their column, as those of a text do."""
    widest: dict[int, float] = {}
    for item in side:
        start = round(item.x0 / _EDGE)
        widest[start] = max(widest.get(start, 0.0), item.width)
    full, words = 0, 0.0
    for item in side:
        if not item.words:
            full, words = full + 1, words + _MIN_WORDS
            continue
        start = round(item.x0 / _EDGE)
        width = max(widest.get(near, 0.0) for near in (start - 1, start, start + 1))
        is_wide = width > _MIN_COLUMN_EM * item.size
        full += is_wide and item.width > _FULL_LINE * width
        words += len(item.words)
    return full >= _MOSTLY * len(side) and words >= _MIN_WORDS * len(side)


def _rows(band: Sequence[TextSegment]) -> list[Flow]:
    return [Flow(tuple(row), is_row=len(row) > 1) for row in rows_across(band)]


def rows_across(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Give the rows of a table that nothing rules.

    White across the whole table parts rows, where it is wider than between the lines
    of a cell; where rows stand as close as lines, each line that has a first cell
    begins one.
    """
    rows: list[list[TextSegment]] = []
    for strip in _strips(band):
        rows += [strip] if _is_row(strip) else _rows_by_line(strip)
    return rows


def _strips(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Part segments where nothing stands across the whole width."""
    strips: list[list[TextSegment]] = []
    bottom = float("-inf")
    for item in sorted(band, key=lambda one: one.top):
        if strips and item.top - bottom < _STRIP_EM * item.size:
            strips[-1].append(item)
        else:
            strips.append([item])
        bottom = max(bottom, item.bottom)
    return strips


def _is_row(strip: Sequence[TextSegment]) -> bool:
    """Tell whether a strip is one row: not all of its lines have all cells."""
    lines = lines_across(strip)
    widest = max(len(line) for line in lines)
    return len(lines) == 1 or sum(len(line) == widest for line in lines) == 1


def _rows_by_line(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    rows: list[list[TextSegment]] = []
    first = min(item.x0 for item in band)
    for line in lines_across(band):
        begins = line[0].x0 <= first + 2 * _EDGE
        if rows and not begins and _is_close(rows[-1], line):
            rows[-1].extend(line)
        else:
            rows.append(line)
    return rows


def lines_across(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Give the segments that stand side by side, line by line."""
    lines: list[list[TextSegment]] = []
    for item in _by_lines(band):
        if lines and item.middle < lines[-1][0].bottom and item.x0 >= lines[-1][-1].x0:
            lines[-1].append(item)
        else:
            lines.append([item])
    return lines


def _is_close(row: Sequence[TextSegment], line: Sequence[TextSegment]) -> bool:
    gap = line[0].top - max(item.bottom for item in row)
    return gap < 0.6 * line[0].height


def _rejoined(flows: list[Flow]) -> list[Flow]:
    """Join flows that follow one another in the same column."""
    joined: list[Flow] = []
    for flow in flows:
        if joined and not flow.is_row and not joined[-1].is_row:
            last = joined[-1].segments
            if _same_column(last, flow.segments):
                joined[-1] = Flow(last + flow.segments)
                continue
        joined.append(flow)
    return joined


def _same_column(above: Sequence[TextSegment], below: Sequence[TextSegment]) -> bool:
    if not (above[-1].words and below[0].words):
        return False
    if below[0].top < above[-1].bottom - 0.5 * above[-1].height:
        return False
    left = max(min(i.x0 for i in above), min(i.x0 for i in below))
    right = min(max(i.x1 for i in above), max(i.x1 for i in below))
    widest = max(
        max(i.x1 for i in above) - min(i.x0 for i in above),
        max(i.x1 for i in below) - min(i.x0 for i in below),
    )
    return right - left > 0.7 * widest
