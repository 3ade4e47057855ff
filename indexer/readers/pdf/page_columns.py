"""Reading order of a page: its segments as columns, flows and table rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_high

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.word_boxes import TextSegment

_MIN_LINES = 3
_MIN_GUTTER_EM = 0.45
_EDGE_TOLERANCE = 3.0
_FULL_LINE_SHARE = 0.62
_MIN_WORDS_PER_LINE = 3.0
_MIN_COLUMN_EM = 9.0
_MAX_SWITCHES_PER_LINE = 0.3
_MIN_ROW_GAP_EM = 0.42
_MIN_FULL_SHARE = 0.45
_SPACE_EM = 0.25
_MIN_WRAPPED_PAIRS = 6
_MIN_WRAPPED_SHARE = 0.8
_MIN_WRAPPED_WORDS = 1.8
"""The number of words per line of a wrapped text."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Segments in reading order, from top to bottom.

    A flow may be a row of a borderless table: its segments are then lines of cells.
    """

    segments: list[TextSegment]
    is_row: bool = False

    def parts(self) -> "list[Flow]":
        """Split the flow at placeholders of tables and boxes, which have no words."""
        parts = consecutive_groups(
            self.segments, lambda part, segment: part[-1].words and segment.words
        )
        return [Flow(part, is_row=self.is_row) for part in parts]


def flows_of(segments: Sequence[TextSegment]) -> list[Flow]:
    """Split a part of a page into flows, in reading order."""
    ordered = sorted(segments, key=lambda segment: (segment.top, segment.x0))
    gutter = _best_gutter(ordered)
    if gutter is None:
        return [Flow(_by_lines(ordered))] if ordered else []
    flows: list[Flow] = []
    for band in _with_headings_below(_bands(ordered, gutter), gutter):
        columns = _columns(band, gutter)
        if columns is not None and not _is_tabular(*columns):
            flows += flows_of(columns[0]) + flows_of(columns[1])
        elif columns is not None:
            flows += [Flow(row, is_row=len(row) > 1) for row in table_rows(band)]
        elif len(band) < len(ordered):
            flows += flows_of(band)
        else:
            flows.append(Flow(_by_lines(band)))
    return _merged_flows(flows)


def _by_lines(segments: Sequence[TextSegment]) -> list[TextSegment]:
    """Sort segments by line, then from left to right."""
    lines = consecutive_groups(
        sorted(segments, key=lambda item: (item.middle, item.x0)),
        lambda line, item: item.middle < line[0].bottom - 0.3 * item.height,
    )
    return [item for line in lines for item in sorted(line, key=lambda one: one.x0)]


def _best_gutter(ordered: Sequence[TextSegment]) -> float | None:
    """Return the x at which the gutter with the most lines on both sides ends.

    A gutter ends at a left edge that several segments share.
    """
    if len(ordered) < 2 * _MIN_LINES:
        return None
    starts = consecutive_groups(
        sorted(item.x0 for item in ordered),
        lambda group, x0: x0 - group[0] <= _EDGE_TOLERANCE,
    )
    leftmost = starts[0][0]
    lines = {
        group[0]: _lines_beside(ordered, group[0])
        for group in starts
        if len(group) >= _MIN_LINES and group[0] > leftmost + 2 * _EDGE_TOLERANCE
    }
    gutters = [gutter for gutter, count in lines.items() if count >= _MIN_LINES]
    return max(gutters, key=lines.__getitem__, default=None)


def _lines_beside(ordered: Sequence[TextSegment], gutter: float) -> int:
    """Count the lines that are beside each other on the two sides of a gutter."""
    count = 0
    for band in _bands(ordered, gutter):
        left, right = _columns(band, gutter) or ((), ())
        if left and right:
            gap = min(item.x0 for item in right) - max(item.x1 for item in left)
            if gap >= _MIN_GUTTER_EM * min(item.size for item in left):
                count += min(_line_count(left), _line_count(right))
    return count


def _columns(
    band: Sequence[TextSegment], gutter: float
) -> tuple[list[TextSegment], list[TextSegment]] | None:
    """Split a band at a gutter; None if a side is empty or a segment crosses."""
    left = [item for item in band if item.x1 <= gutter - 0.1]
    right = [item for item in band if _is_right(item, gutter)]
    is_split = left and right and len(left) + len(right) >= len(band)
    return (left, right) if is_split else None


def _is_right(item: TextSegment, gutter: float) -> bool:
    return item.x0 >= gutter - _EDGE_TOLERANCE


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


def _bands(ordered: Sequence[TextSegment], gutter: float) -> list[list[TextSegment]]:
    """Split segments into bands: those that cross the gutter, and those between."""
    bands: list[list[TextSegment]] = []
    is_crossing = False
    bottom = float("-inf")
    dividing = _dividing_headings(ordered, gutter)
    for item in ordered:
        crosses = id(item) in dividing or (
            not _is_right(item, gutter) and item.x1 > gutter - 0.1
        )
        is_beside = item.middle < bottom
        if bands and (crosses == is_crossing or (is_crossing and is_beside)):
            bands[-1].append(item)
        else:
            bands.append([item])
            is_crossing = crosses
        if crosses:
            bottom = max(bottom, item.bottom)
    return bands


def _dividing_headings(ordered: Sequence[TextSegment], gutter: float) -> set[int]:
    """Return the ids of headings in the left column that divide both columns.

    The right column is empty beside such a heading, and has text above and below.
    """
    body = median_high(item.size for item in ordered)
    right = [item for item in ordered if _is_right(item, gutter)]
    dividing: set[int] = set()
    for item in ordered:
        if not _is_right(item, gutter) and _is_heading(item, body):
            margin = 0.2 * item.height
            above = sum(one.bottom <= item.top + margin for one in right)
            below = sum(one.top >= item.bottom - margin for one in right)
            if above and below and above + below == len(right):
                dividing.add(id(item))
    return dividing


def _with_headings_below(
    bands: list[list[TextSegment]], gutter: float
) -> list[list[TextSegment]]:
    """Move a heading below both columns to the band that follows it."""
    for above, below in pairwise(bands):
        right = [item for item in above if _is_right(item, gutter)]
        if not right or len(right) == len(above):
            continue
        floor = max(item.bottom for item in right)
        body = median_high(item.size for item in above)
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
    return _has_full_lines(column) or _is_wrapped(column)


def _is_wrapped(column: Sequence[TextSegment]) -> bool:
    """Return whether lines end where the first word of the next does not fit.

    So do the lines of narrow columns, which are rarely full; cells of a table are not.
    """
    edges: defaultdict[int, list[TextSegment]] = defaultdict(list)
    for item in column:
        if item.words:
            edges[round(item.x0 / _EDGE_TOLERANCE)].append(item)
    pairs = wrapped = words = 0
    for items in edges.values():
        lines = sorted(items, key=lambda item: item.top)
        right = max(item.x1 for item in lines)
        for line, following in pairwise(lines):
            first = following.words[0]
            pairs += 1
            words += len(line.words)
            needed = line.x1 + _SPACE_EM * line.size + (first.x1 - first.x0)
            wrapped += needed > right - _EDGE_TOLERANCE
    return (
        pairs >= _MIN_WRAPPED_PAIRS
        and wrapped >= _MIN_WRAPPED_SHARE * pairs
        and words >= _MIN_WRAPPED_WORDS * pairs
    )


def _has_full_lines(column: Sequence[TextSegment]) -> bool:
    starts = [round(item.x0 / _EDGE_TOLERANCE) for item in column]
    widest: defaultdict[int, float] = defaultdict(float)
    for start, item in zip(starts, column, strict=True):
        widest[start] = max(widest[start], item.width)
    full, words = 0, 0.0
    for start, item in zip(starts, column, strict=True):
        width = max(widest[start - 1], widest[start], widest[start + 1])
        is_wide = width > _MIN_COLUMN_EM * item.size
        # The placeholder of a table counts as a full line.
        full += not item.words or (is_wide and item.width > _FULL_LINE_SHARE * width)
        words += len(item.words) or _MIN_WORDS_PER_LINE
    lines = len(column)
    return full >= _MIN_FULL_SHARE * lines and words >= _MIN_WORDS_PER_LINE * lines


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
    return consecutive_groups(
        sorted(band, key=lambda item: item.top),
        lambda strip, item: (
            item.top - max(one.bottom for one in strip) < _MIN_ROW_GAP_EM * item.size
        ),
    )


def _is_row(strip: Sequence[TextSegment]) -> bool:
    """Return whether a strip is one row: only one of its lines has all cells."""
    counts = [len(line) for line in text_lines(strip)]
    return counts.count(max(counts)) == 1


def _rows_by_line(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    rows: list[list[TextSegment]] = []
    first = min(item.x0 for item in band)
    for line in text_lines(band):
        starts_row = not rows or line[0].x0 <= first + 2 * _EDGE_TOLERANCE
        if starts_row or line[0].top - max(item.bottom for item in rows[-1]) >= (
            0.6 * line[0].height
        ):
            rows.append(line)
        else:
            rows[-1].extend(line)
    return rows


def text_lines(band: Sequence[TextSegment]) -> list[list[TextSegment]]:
    """Group segments that are side by side into lines."""
    return consecutive_groups(
        _by_lines(band),
        lambda line, item: item.middle < line[0].bottom and item.x0 >= line[-1].x0,
    )


def _merged_flows(flows: list[Flow]) -> list[Flow]:
    """Merge consecutive flows of the same column."""
    groups = consecutive_groups(flows, _continues_column)
    return [
        Flow([item for flow in group for item in flow.segments], is_row=group[0].is_row)
        for group in groups
    ]


def _continues_column(group: Sequence[Flow], flow: Flow) -> bool:
    above, below = [item for part in group for item in part.segments], flow.segments
    last, first = above[-1], below[0]
    if flow.is_row or group[-1].is_row or not (last.words and first.words):
        return False
    if first.top < last.bottom - 0.5 * last.height:
        return False
    starts = [min(item.x0 for item in part) for part in (above, below)]
    ends = [max(item.x1 for item in part) for part in (above, below)]
    widest = max(end - start for start, end in zip(starts, ends, strict=True))
    return min(ends) - max(starts) > 0.7 * widest
