"""Reader of one page: its words and tables, and whether the page needs OCR.

Tables without ruling lines are found by short cells that are aligned in columns.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.groups import heaviest
from indexer.readers.pdf.glyphs import Box, PageWords, page_words
from indexer.readers.pdf.page_columns import is_running_text, table_rows, text_lines
from indexer.readers.pdf.ruled_tables import (
    Grid,
    find_grids,
    is_drawing,
    row_ruled_grids,
)
from indexer.readers.pdf.ruling_lines import RulingLines, page_ruling_lines
from indexer.readers.pdf.text_runs import text_segments
from indexer.readers.pdf.word_boxes import TextSegment, segment_of
from indexer.readers.text_repair import is_gibberish

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


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as segments in drawing order, and the grids of its tables.

    `sideways` is text in other directions, `spaces` the number of spaces inferred from
    gaps. A page `is_unreadable` if its character map is wrong.
    """

    number: int
    segments: tuple[TextSegment, ...]
    sideways: tuple[TextSegment, ...] = ()
    grids: tuple[Grid, ...] = ()
    label: str = ""
    spaces: int = 0
    is_unreadable: bool = False
    is_scanned: bool = False


def body_size(pages: Iterable[RawPage]) -> float:
    """Return the font size of most of the text of a file."""
    sizes = (
        (round(segment.size * 2) / 2, segment.character_count)
        for page in pages
        for segment in page.segments
    )
    return heaviest(sizes, 10.0)


_MIN_GLYPHS = 40
_MIN_PICTURE_SHARE = 0.25
_MAX_SHAPES = 150
_MAX_UNMAPPED_SHARE = 0.3
_MAX_BULLET_GAP_EM = 2.0
_MAX_ANNOTATIONS = 2_000


def read_page(file: pdfium.PdfDocument, index: int) -> RawPage:
    """Read a page by its index; return an empty page if it is damaged."""
    label = file.get_page_label(index)
    try:
        page = page_with_fields(file, index)
    except pdfium.PdfiumError:
        return RawPage(number=index + 1, segments=())
    with closing(page):
        return _read(page, index + 1, label)


def page_with_fields(file: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """Open a page, with the content of its form fields flattened into it."""
    page = file[index]
    if _has_fields(page):
        pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY)
        page.close()
        page = file[index]
    return page


def _has_fields(page: pdfium.PdfPage) -> bool:
    count = pdfium_c.FPDFPage_GetAnnotCount(page.raw)
    for index in range(min(count, _MAX_ANNOTATIONS)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        subtype = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
        if subtype in {pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT}:
            return True
    return False


def _read(page: pdfium.PdfPage, number: int, label: str) -> RawPage:
    words = page_words(page)
    is_unreadable = _is_unreadable(words)
    ruling_lines = page_ruling_lines(page, words.quarter)
    segments = [
        _with_bullet(segment, ruling_lines.dots)
        for segment in text_segments(words.words)
    ]
    return RawPage(
        number=number,
        segments=tuple(segments),
        sideways=tuple(text_segments(words.sideways)),
        grids=() if is_unreadable else _grids(page, ruling_lines, segments),
        label=label,
        spaces=words.spaces,
        is_unreadable=is_unreadable,
        is_scanned=words.characters < _MIN_GLYPHS and _is_mostly_pictures(page),
    )


def _grids(
    page: pdfium.PdfPage, ruling_lines: RulingLines, segments: Sequence[TextSegment]
) -> tuple[Grid, ...]:
    width = page.get_width()
    words = [word for segment in segments for word in segment.words]
    grids = [
        grid
        for grid in find_grids(ruling_lines, width, page.get_height())
        if not is_drawing(grid, words)
    ]
    grids += row_ruled_grids(ruling_lines, segments, grids, width)
    return (*grids, *borderless_grids(segments, grids))


def _with_bullet(segment: TextSegment, dots: Sequence[Box]) -> TextSegment:
    """Add a bullet that is drawn as a dot before a line."""
    first = segment.words[0]
    for left, top, right, bottom in dots:
        is_before = 0 < first.x0 - right < _MAX_BULLET_GAP_EM * first.size
        if is_before and first.top < (top + bottom) / 2 < first.bottom:
            bullet = first._replace(text="•", x0=left, x1=right, is_glued=False)
            words = [bullet, first._replace(is_glued=False), *segment.words[1:]]
            return segment_of(words)
    return segment


def _is_unreadable(words: PageWords) -> bool:
    if words.characters < _MIN_GLYPHS:
        return False
    unmapped = words.unmapped / max(1, len(words.words))
    text = [word.text for word in words.words]
    return is_gibberish(text, is_suspect=unmapped > _MAX_UNMAPPED_SHARE)


def _is_mostly_pictures(page: pdfium.PdfPage) -> bool:
    """Return whether pictures, or glyphs drawn as shapes, cover most of a page."""
    area = page.get_width() * page.get_height()
    covered, shapes = 0.0, 0
    for item in page.get_objects(max_depth=4):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += (right - left) * (top - bottom)
        elif item.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            shapes += 1
        if shapes > _MAX_SHAPES:
            return True
    return bool(covered > _MIN_PICTURE_SHARE * area)
