"""Ruling lines of a page: borders of tables and of boxes."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.pdf.glyphs import Box, rotated

_MAX_THICKNESS = 2.5
_MIN_LENGTH = 6.0
_MAX_GAP = 3.0
_MAX_OBJECTS = 20_000
_MAX_POINTS = 4_000
_MAX_DEPTH = 4
_WHITE_LEVEL = 250
_MAX_DOT_SIZE = 7.5
_MAX_DOTS = 300


@dataclass(frozen=True, slots=True)
class RulingLine:
    """A horizontal or vertical line: its y or x, and its two ends."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RulingLines:
    """The horizontal and vertical lines of a page, and its dots as boxes.

    Browsers draw the bullets of list items as such dots.
    """

    horizontal: tuple[RulingLine, ...]
    vertical: tuple[RulingLine, ...]
    dots: tuple[Box, ...] = ()


def page_ruling_lines(page: pdfium.PdfPage, quarter: int) -> RulingLines:
    """Return the ruling lines of a page, rotated like its words."""
    horizontal: list[RulingLine] = []
    vertical: list[RulingLine] = []
    dots: list[Box] = []
    for box in _edge_boxes(page):
        x0, y0, x1, y1 = rotated_box = rotated(box, quarter)
        if _is_dot(box):
            dots.append(rotated_box)
        elif x1 - x0 >= y1 - y0:
            horizontal.append(RulingLine((y0 + y1) / 2, x0, x1))
        else:
            vertical.append(RulingLine((x0 + x1) / 2, y0, y1))
    return RulingLines(_merged(horizontal), _merged(vertical), tuple(dots[:_MAX_DOTS]))


def _is_dot(box: Box) -> bool:
    shorter, longer = sorted((box[2] - box[0], box[3] - box[1]))
    return shorter > 1.0 and longer < _MAX_DOT_SIZE and longer < 1.4 * shorter


def _edge_boxes(page: pdfium.PdfPage) -> Iterator[Box]:
    """Yield the boxes of lines, of the sides of rectangles, and of dots."""
    paths = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=_MAX_DEPTH)
    for path in islice(paths, _MAX_OBJECTS):
        if not _is_visible(path):
            continue
        left, bottom, right, top = box = path.get_bounds()
        width, height = right - left, top - bottom
        if _is_dot(box):
            yield box
        elif min(width, height) <= _MAX_THICKNESS:
            if max(width, height) >= _MIN_LENGTH:
                yield box
        elif pdfium_c.FPDFPath_CountSegments(path) <= 6:
            yield from _rectangle_sides(box)
        else:
            yield from _path_lines(path)


def _is_visible(path: pdfium.PdfObject) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    if stroke.value or not fill.value:
        return bool(stroke.value)
    components = [ctypes.c_uint() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetFillColor(path, *components)
    red, green, blue, alpha = (part.value for part in components)
    return alpha > 0 and min(red, green, blue) < _WHITE_LEVEL


def _rectangle_sides(box: Box) -> Iterator[Box]:
    left, bottom, right, top = box
    if right - left < _MIN_LENGTH or top - bottom < _MIN_LENGTH:
        return
    yield left, bottom, right, bottom
    yield left, top, right, top
    yield left, bottom, left, top
    yield right, bottom, right, top


def _path_lines(path: pdfium.PdfObject) -> Iterator[Box]:
    """Yield the lines of a path with several segments."""
    matrix = path.get_matrix()
    last: tuple[float, float] | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium_c.FPDFPath_CountSegments(path), _MAX_POINTS)):
        part = pdfium_c.FPDFPath_GetPathSegment(path, index)
        pdfium_c.FPDFPathSegment_GetPoint(part, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium_c.FPDFPathSegment_GetType(part)
        if kind == pdfium_c.FPDF_SEGMENT_LINETO and last is not None:
            yield from _straight(last, point)
        last = point


def _straight(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Box]:
    left, right = sorted((start[0], end[0]))
    bottom, top = sorted((start[1], end[1]))
    is_parallel_to_axis = min(right - left, top - bottom) < 1.0
    if is_parallel_to_axis and max(right - left, top - bottom) >= _MIN_LENGTH:
        yield left, bottom, right, top


def _merged(lines: list[RulingLine]) -> tuple[RulingLine, ...]:
    """Merge collinear lines that touch."""
    merged: list[RulingLine] = []
    lines.sort(key=lambda line: (round(line.at / _MAX_THICKNESS), line.start))
    for line in lines:
        last = merged[-1] if merged else line
        is_collinear = abs(last.at - line.at) <= _MAX_THICKNESS
        if merged and is_collinear and line.start <= last.end + _MAX_GAP:
            merged[-1] = RulingLine(last.at, last.start, max(last.end, line.end))
        else:
            merged.append(line)
    return tuple(merged)
