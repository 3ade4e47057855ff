"""Regions of a page that are read separately: tables and boxes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from indexer.readers.pdf.page_columns import flows_of
from indexer.readers.pdf.paragraphs import LineJoiner, PdfBlock, flow_blocks, row_block
from indexer.readers.pdf.ruled_tables import CellId, Grid
from indexer.readers.pdf.text_runs import text_segments
from indexer.readers.pdf.word_boxes import TextSegment, WordBox

_MIN_FILLED_SHARE = 0.3
_MIN_BOX_WORDS = 8


@dataclass(frozen=True, slots=True)
class TableRegion:
    """A table or box, with the words of each cell, sorted by cell."""

    grid: Grid
    cells: dict[CellId, list[WordBox]]


def split_regions(
    segments: Sequence[TextSegment], grids: Sequence[Grid]
) -> tuple[list[TextSegment], dict[int, TableRegion]]:
    """Replace the segments in each grid by a placeholder without words.

    Return the segments, and the region of each placeholder by the placeholder's `id`.
    """
    outside = list(segments)
    placeholders: list[TextSegment] = []
    regions: dict[int, TableRegion] = {}
    for grid in grids:
        cells: defaultdict[CellId, list[WordBox]] = defaultdict(list)
        for segment in outside:
            for word in segment.words:
                cell = grid.cell_of(word)
                if cell is not None:
                    cells[cell].append(word)
        if _has_text(grid, cells):
            outside = [part for segment in outside for part in _outside(segment, grid)]
            placeholders.append(_placeholder(grid, chain(*cells.values())))
            region = TableRegion(grid, dict(sorted(cells.items())))
            regions[id(placeholders[-1])] = region
    return outside + placeholders, regions


def region_blocks(region: TableRegion, page: int, joiner: LineJoiner) -> list[PdfBlock]:
    """Return the blocks of a region: the rows of a table, or the flows of a box."""
    if region.grid.columns == 1:
        return [
            block
            for words in region.cells.values()
            for block in _cell_blocks(text_segments(words), page, joiner)
        ]
    rows = []
    for row, cell_ids in enumerate(region.grid.cells):
        cells = [
            text_segments(sorted(region.cells.get(cell, ()), key=attrgetter("order")))
            for column, cell in enumerate(cell_ids)
            if cell == (row, column)
        ]
        if any(cells):
            texts = [
                " ".join(block.text for block in _cell_blocks(cell, page, joiner))
                for cell in cells
            ]
            rows.append(row_block(texts, list(chain(*cells)), page))
    return rows


def _has_text(grid: Grid, cells: Mapping[CellId, Sequence[WordBox]]) -> bool:
    """Return whether a grid has a text, and is not a drawing."""
    count = grid.cell_count()
    if count == 1:
        return sum(map(len, cells.values())) >= _MIN_BOX_WORDS
    return len(cells) >= max(2.0, _MIN_FILLED_SHARE * count)


def _placeholder(grid: Grid, words: Iterable[WordBox]) -> TextSegment:
    first = min(words, key=attrgetter("order"))
    xs, ys, size, style, order = grid.xs, grid.ys, first.size, first.style, first.order
    return TextSegment((), xs[0], xs[-1], ys[0], ys[-1], size, style, order)


def _outside(segment: TextSegment, grid: Grid) -> list[TextSegment]:
    words = [word for word in segment.words if grid.cell_of(word) is None]
    return [segment] if len(words) == len(segment.words) else text_segments(words)


def _cell_blocks(
    segments: Sequence[TextSegment], page: int, joiner: LineJoiner
) -> list[PdfBlock]:
    return [
        block
        for flow in flows_of(segments)
        for block in flow_blocks(flow, page, joiner)
    ]
