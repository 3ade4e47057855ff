"""Regions of a page that are read separately: tables and boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.readers.pdf.page_columns import flows_of
from indexer.readers.pdf.paragraphs import (
    LineJoiner,
    PdfBlock,
    flow_blocks,
    row_block,
)
from indexer.readers.pdf.ruled_tables import Grid
from indexer.readers.pdf.text_runs import text_segments
from indexer.readers.pdf.word_boxes import TextSegment, WordBox

_MIN_FILLED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class TableRegion:
    """A table or box; `placeholder` has its position among the segments."""

    placeholder: TextSegment
    grid: Grid
    words: tuple[WordBox, ...]


def split_regions(
    segments: Sequence[TextSegment], grids: Sequence[Grid]
) -> tuple[list[TextSegment], list[TableRegion]]:
    """Split segments into those outside of all grids, and the regions of the grids."""
    outside = list(segments)
    regions: list[TableRegion] = []
    for grid in grids:
        inside = [
            word
            for segment in outside
            for word in segment.words
            if grid.cell_of(word) is not None
        ]
        if not _has_text(grid, inside):
            continue
        outside = [part for segment in outside for part in _outside(segment, grid)]
        regions.append(TableRegion(_placeholder(grid, inside), grid, tuple(inside)))
    return outside, regions


def region_blocks(region: TableRegion, page: int, joiner: LineJoiner) -> list[PdfBlock]:
    """Return the blocks of a region: the rows of a table, or the flows of a box."""
    if region.grid.columns == 1:
        return [
            block
            for words in _by_cell(region).values()
            for flow in flows_of(text_segments(words))
            for block in flow_blocks(flow, page, joiner)
        ]
    return _table_rows(region, page, joiner)


def _has_text(grid: Grid, words: Sequence[WordBox]) -> bool:
    """Return whether a grid has a text, and is not a drawing."""
    cells = {grid.cell_of(word) for word in words}
    if grid.cell_count() == 1:
        return len(words) >= 8
    return len(cells) >= max(2.0, _MIN_FILLED_SHARE * grid.cell_count())


def _outside(segment: TextSegment, grid: Grid) -> list[TextSegment]:
    words = [word for word in segment.words if grid.cell_of(word) is None]
    if len(words) == len(segment.words):
        return [segment]
    return text_segments(words) if words else []


def _placeholder(grid: Grid, words: Sequence[WordBox]) -> TextSegment:
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


def _by_cell(region: TableRegion) -> dict[tuple[int, int], list[WordBox]]:
    cells: defaultdict[tuple[int, int], list[WordBox]] = defaultdict(list)
    for word in region.words:
        cell = region.grid.cell_of(word)
        if cell is not None:
            cells[cell].append(word)
    return dict(sorted(cells.items()))


def _table_rows(region: TableRegion, page: int, joiner: LineJoiner) -> list[PdfBlock]:
    cells = {
        cell: text_segments(sorted(words, key=lambda word: word.order))
        for cell, words in _by_cell(region).items()
    }
    rows = []
    for row in range(region.grid.rows):
        cell_ids = [
            (row, column)
            for column in range(region.grid.columns)
            if region.grid.cells[row][column] == (row, column)
        ]
        segments = [item for name in cell_ids for item in cells.get(name, ())]
        if segments:
            texts = [_text(cells.get(name, []), page, joiner) for name in cell_ids]
            rows.append(row_block(texts, segments, page))
    return rows


def _text(segments: list[TextSegment], page: int, joiner: LineJoiner) -> str:
    return " ".join(
        block.text
        for flow in flows_of(segments)
        for block in flow_blocks(flow, page, joiner)
    )
