"""Reading order of a page: its segments as columns, flows and table rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.word_boxes import TextSegment

_MIN_LINES = 3
_MIN_GUTTER_EM = 0.7
_EDGE_TOLERANCE = 3.0
_FULL_LINE_SHARE = 0.62
_MIN_WORDS_PER_LINE = 3.0
_MIN_COLUMN_EM = 9.0
_MAX_SWITCHES_PER_LINE = 0.3
_MIN_ROW_GAP_EM = 0.42
_MIN_FULL_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Flow:
    """Segments in reading order, from top to bottom.

    A flow may be a row of a borderless table: its segments are then lines of cells.
    """

    segments: tuple[TextSegment, ...]
    is_row: bool = False

    def parts(self) -> list[Flow]:
        """Split the flow at placeholders of tables and boxes, which have no words."""
        parts = consecutive_groups(
            self.segments, lambda part, segment: part[-1].words and segment.words
        )
        return [Flow(tuple(part), is_row=self.is_row) for part in parts]


@dataclass(frozen=True, slots=True)
class _Gutter:
    left: float
    right: float
    lines: float


def flows_of(segments: Sequence[TextSegment]) -> list[Flow]:
    """Split a part of a page into flows, in reading order."""
    ordered = sorted(segments, key=lambda segment: (segment.top, segment.x0))
    gutter = _best_gutter(ordered)
    if gutter is None:
        return [Flow(tuple(_by_lines(ordered)))] if ordered else []
    flows: list[Flow] = []
    for band in _with_headings_below(_bands(ordered, gutter), gutter):
        left = [item for item in band if item.x1 <= gutter.right - 0.1]
        right = [item for item in band if item.x0 >= gutter.right - _EDGE_TOLERANCE]
        if not left or not right or len(left) + len(right) < len(band):
            flows += (
                flows_of(band)
                if len(band) < len(ordered)
                else [Flow(tuple(_by_lines(band)))]
            )
        elif _is_tabular(left, right):
            flows += _rows(band)
        else:
            flows += flows_of(left) + flows_of(right)
    return _merged_flows(flows)


def _by_lines(segments: Sequence[TextSegment]) -> list[TextSegment]:
    """Sort segments by line, then from left to right."""
    lines = consecutive_groups(
        sorted(segments, key=lambda item: (item.middle, item.x0)),
        lambda line, item: item.middle < line[0].bottom - 0.3 * item.height,
    )
    return [item for line in lines for item in sorted(line, key=lambda one: one.x0)]


def _best_gutter(ordered: Sequence[TextSegment]) -> _Gutter | None:
    """Return the gutter with the most lines on both sides."""
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
    """Return the left edges that several segments share, except the leftmost."""
    starts = consecutive_groups(
        sorted(item.x0 for item in ordered),
        lambda group, x0: x0 - group[0] <= _EDGE_TOLERANCE,
    )
    return [
        group[0]
        for group in starts
        if len(group) >= _MIN_LINES and group[0] > leftmost + 2 * _EDGE_TOLERANCE
    ]


def _gutter_before(ordered: Sequence[TextSegment], start: float) -> _Gutter | None:
    """Return the gutter that ends at the start of a column, if enough lines use it."""
    gutter = _Gutter(start, start, 0.0)
    lines = 0.0
    for band in _bands(ordered, gutter):
        left = [item for item in band if item.x1 <= start - 0.1]
        right = [item for item in band if item.x0 >= start - _EDGE_TOLERANCE]
        if len(left) + len(right) < len(band):
            continue
        lines += _lines_beside(left, right)
    if lines < _MIN_LINES:
        return None
    return _Gutter(start, start, lines)


def _lines_beside(left: Sequence[TextSegment], right: Sequence[TextSegment]) -> float:
    """Count the lines that two columns have beside each other."""
    if not left or not right:
        return 0.0
    edge = max(item.x1 for item in left)
    em = min(item.size for item in left)
    if min(item.x0 for item in right) - edge < _MIN_GUTTER_EM * em:
        return 0.0
    return float(min(_line_count(left), _line_count(right)))


def _line_count(segments: Sequence[TextSegment]) -> int:
    """Count lines; a placeholder of a table counts by its height."""
    count, bottom = 0, float("-inf")
    for item in sorted(segments, key=lambda one: one.middle):
        if not item.words:
            count += max(1, int(item.height / (1.3 * max(item.size, 1.0))))
        elif item.middle > bottom:
            count += 1
            bottom = item.bottom - 0.2 * item.height
    return count


def _bands(ordered: Sequence[TextSegment], gutter: _Gutter) -> list[list[TextSegment]]:
    """Split segments into bands: those that cross the gutter, and those between."""
    bands: list[list[TextSegment]] = []
    is_crossing = False
    bottom = float("-inf")
    dividing = _dividing_headings(ordered, gutter)
    for item in ordered:
        crosses = (
            item.x0 < gutter.right - _EDGE_TOLERANCE and item.x1 > gutter.right - 0.1
        )
        crosses = crosses or id(item) in dividing
        is_beside = item.middle < bottom
        if bands and (crosses == is_crossing or (is_crossing and is_beside)):
            bands[-1].append(item)
        else:
            bands.append([item])
            is_crossing = crosses
        if crosses:
            bottom = max(bottom, item.bottom)
    return bands


def _dividing_headings(ordered: Sequence[TextSegment], gutter: _Gutter) -> set[int]:
    """Return the ids of headings in the left column that divide both columns.

    The right column is empty beside such a heading, and has text above and below.
    """
    sizes = sorted(item.size for item in ordered)
    body = sizes[len(sizes) // 2]
    right = [item for item in ordered if item.x0 >= gutter.right - _EDGE_TOLERANCE]
    dividing: set[int] = set()
    for item in ordered:
        if item.x0 >= gutter.right - _EDGE_TOLERANCE or not _is_heading(item, body):
            continue
        above = [one for one in right if one.bottom <= item.top + 0.2 * item.height]
        below = [one for one in right if one.top >= item.bottom - 0.2 * item.height]
        is_white = len(above) + len(below) == len(right)
        if is_white and above and below:
            dividing.add(id(item))
    return dividing


def _with_headings_below(
    bands: list[list[TextSegment]], gutter: _Gutter
) -> list[list[TextSegment]]:
    """Move a heading below both columns to the band that follows it."""
    for above, below in pairwise(bands):
        right = [item for item in above if item.x0 >= gutter.right - _EDGE_TOLERANCE]
        if not right or len(right) == len(above):
            continue
        floor = max(item.bottom for item in right)
        body = sorted(item.size for item in above)[len(above) // 2]
        while len(above) > 1 and above[-1].top > floor and _is_heading(above[-1], body):
            below.insert(0, above.pop())
    return bands


def _is_heading(segment: TextSegment, body: float) -> bool:
    return segment.size > 1.1 * body or segment.style.is_bold


def _is_tabular(left: Sequence[TextSegment], right: Sequence[TextSegment]) -> bool:
    """Return whether two columns are cells of a table rather than columns of text.

    Files draw a table row by row, and text column by column. Some draw text line by
    line: its lines then fill their column.
    """
    columns = sorted(
        [(item.order, 0) for item in left] + [(item.order, 1) for item in right]
    )
    switches = sum(one[1] != other[1] for one, other in pairwise(columns))
    lines = min(_line_count(left), _line_count(right))
    if lines >= _MIN_LINES and switches <= max(1.0, _MAX_SWITCHES_PER_LINE * lines):
        return False
    return not (is_running_text(left) and is_running_text(right))


def is_running_text(column: Sequence[TextSegment]) -> bool:
    """Return whether most lines fill their column, like running text."""
    widest: dict[int, float] = {}
    for item in column:
        start = round(item.x0 / _EDGE_TOLERANCE)
        widest[start] = max(widest.get(start, 0.0), item.width)
    full, words = 0, 0.0
    for item in column:
        if not item.words:
            full, words = full + 1, words + _MIN_WORDS_PER_LINE
            continue
        start = round(item.x0 / _EDGE_TOLERANCE)
        width = max(widest.get(key, 0.0) for key in (start - 1, start, start + 1))
        is_wide = width > _MIN_COLUMN_EM * item.size
        full += is_wide and item.width > _FULL_LINE_SHARE * width
        words += len(item.words)
    return full >= _MIN_FULL_SHARE * len(column) and words >= _MIN_WORDS_PER_LINE * len(
        column
    )


def _rows(band: Sequence[TextSegment]) -> list[Flow]:
    return [Flow(tuple(row), is_row=len(row) > 1) for row in table_rows(band)]


def table_rows(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Return the rows of a borderless table.

    A gap across the table separates rows if it is wider than the leading of a cell.
    Without such gaps, each line with a first cell starts a row.
    """
    rows: list[list[TextSegment]] = []
    for strip in _strips(band):
        rows += [strip] if _is_row(strip) else _rows_by_line(strip)
    return rows


def _strips(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Split segments at gaps across the whole width."""
    strips: list[list[TextSegment]] = []
    bottom = float("-inf")
    for item in sorted(band, key=lambda one: one.top):
        if strips and item.top - bottom < _MIN_ROW_GAP_EM * item.size:
            strips[-1].append(item)
        else:
            strips.append([item])
        bottom = max(bottom, item.bottom)
    return strips


def _is_row(strip: Sequence[TextSegment]) -> bool:
    """Return whether a strip is one row: at most one of its lines has all cells."""
    lines = text_lines(strip)
    widest = max(len(line) for line in lines)
    return len(lines) == 1 or sum(len(line) == widest for line in lines) == 1


def _rows_by_line(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    rows: list[list[TextSegment]] = []
    first = min(item.x0 for item in band)
    for line in text_lines(band):
        starts_row = line[0].x0 <= first + 2 * _EDGE_TOLERANCE
        if rows and not starts_row and _is_same_cell(rows[-1], line):
            rows[-1].extend(line)
        else:
            rows.append(line)
    return rows


def text_lines(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Group segments that are side by side into lines."""
    return consecutive_groups(
        _by_lines(band),
        lambda line, item: item.middle < line[0].bottom and item.x0 >= line[-1].x0,
    )


def _is_same_cell(row: Sequence[TextSegment], line: Sequence[TextSegment]) -> bool:
    gap = line[0].top - max(item.bottom for item in row)
    return gap < 0.6 * line[0].height


def _merged_flows(flows: list[Flow]) -> list[Flow]:
    """Merge consecutive flows of the same column."""
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
    left = max(min(item.x0 for item in above), min(item.x0 for item in below))
    right = min(max(item.x1 for item in above), max(item.x1 for item in below))
    widest = max(
        max(item.x1 for item in above) - min(item.x0 for item in above),
        max(item.x1 for item in below) - min(item.x0 for item in below),
    )
    return right - left > 0.7 * widest
