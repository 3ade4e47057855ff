"""Takes out of a page what lines enclose: rows of tables, and boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.readers.pdf.page_columns import flows_of
from indexer.readers.pdf.paragraphs import (
    Joiner,
    Stretch,
    row_stretch,
    stretches_of,
)
from indexer.readers.pdf.ruled_tables import Grid
from indexer.readers.pdf.text_runs import text_segments
from indexer.readers.pdf.word_boxes import TextSegment, WordBox

_MIN_FILLED = 0.3


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a page that is read apart; `place` stands for it among segments."""

    place: TextSegment
    grid: Grid
    words: tuple[WordBox, ...]


def take_zones(
    segments: Sequence[TextSegment], grids: Sequence[Grid]
) -> tuple[list[TextSegment], list[Zone]]:
    """Part the words within grids from those outside."""
    left = list(segments)
    zones: list[Zone] = []
    for grid in grids:
        inside = [
            word
            for segment in left
            for word in segment.words
            if grid.cell_of(word) is not None
        ]
        if not _holds_text(grid, inside):
            continue
        left = [rest for segment in left for rest in _outside(segment, grid)]
        zones.append(Zone(_place(grid, inside), grid, tuple(inside)))
    return left, zones


def zone_stretches(zone: Zone, page: int, joiner: Joiner) -> list[Stretch]:
    """Read a zone: a table by its rows, a box as a page of its own."""
    if zone.grid.columns == 1:
        return [
            stretch
            for words in _by_cell(zone).values()
            for flow in flows_of(text_segments(words))
            for stretch in stretches_of(flow, page, joiner)
        ]
    return _rows(zone, page, joiner)


def _holds_text(grid: Grid, words: Sequence[WordBox]) -> bool:
    """Tell whether a grid is of a text, and not of a drawing."""
    cells = {grid.cell_of(word) for word in words}
    if grid.distinct() == 1:
        return len(words) >= 8
    return len(cells) >= max(2.0, _MIN_FILLED * grid.distinct())


def _outside(segment: TextSegment, grid: Grid) -> list[TextSegment]:
    words = [word for word in segment.words if grid.cell_of(word) is None]
    if len(words) == len(segment.words):
        return [segment]
    return text_segments(words) if words else []


def _place(grid: Grid, words: Sequence[WordBox]) -> TextSegment:
    first = min(words, key=lambda word: word.order)
    return TextSegment(
        words=(),
        x0=grid.xs[0],
        x1=grid.xs[-1],
        top=grid.ys[0],
        bottom=grid.ys[-1],
        size=first.size,
        style=first.style,
        order=first.order,
    )


def _by_cell(zone: Zone) -> dict[tuple[int, int], list[WordBox]]:
    cells: defaultdict[tuple[int, int], list[WordBox]] = defaultdict(list)
    for word in zone.words:
        cell = zone.grid.cell_of(word)
        if cell is not None:
            cells[cell].append(word)
    return dict(sorted(cells.items()))


def _rows(zone: Zone, page: int, joiner: Joiner) -> list[Stretch]:
    cells = {
        cell: text_segments(sorted(words, key=lambda word: word.order))
        for cell, words in _by_cell(zone).items()
    }
    rows = []
    for row in range(zone.grid.rows):
        names = [
            (row, column)
            for column in range(zone.grid.columns)
            if zone.grid.cells[row][column] == (row, column)
        ]
        segments = [item for name in names for item in cells.get(name, ())]
        if segments:
            texts = [_text(cells.get(name, []), page, joiner) for name in names]
            rows.append(row_stretch(texts, segments, page))
    return rows


def _text(segments: list[TextSegment], page: int, joiner: Joiner) -> str:
    return " ".join(
        stretch.text
        for flow in flows_of(segments)
        for stretch in stretches_of(flow, page, joiner)
    )
