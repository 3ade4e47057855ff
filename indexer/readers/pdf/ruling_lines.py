"""Reads the lines drawn on a page: those that rule tables, and frame boxes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.pdf.glyphs import Box, turned

_THIN = 2.5
_SHORTEST = 6.0
_TOUCH = 3.0
_MOST_OBJECTS = 20_000
_MOST_POINTS = 4_000
_MOST_DEEP = 4
_WHITE = 250
_DOT = 7.5
_MOST_DOTS = 300


@dataclass(frozen=True, slots=True)
class Rule:
    """A line along an axis: where it stands across it, and from where to where."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The lines of a page, across and down, and its dots: left, top, right, bottom.

    A dot may be the bullet of an item, which browsers draw as a shape.
    """

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]
    dots: tuple[Box, ...] = ()


def page_rules(page: pdfium.PdfPage, quarter: int) -> Rules:
    """Read the lines of a page, turned as its words are."""
    across: list[Rule] = []
    down: list[Rule] = []
    dots: list[Box] = []
    for box in _edges(page):
        x0, y0, x1, y1 = placed = turned(box, quarter)
        if _is_dot(box):
            dots.append(placed)
        elif x1 - x0 >= y1 - y0:
            across.append(Rule((y0 + y1) / 2, x0, x1))
        else:
            down.append(Rule((x0 + x1) / 2, y0, y1))
    return Rules(_merged(across), _merged(down), tuple(dots[:_MOST_DOTS]))


def _is_dot(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    low, high = sorted((width, height))
    return low > 1.0 and high < _DOT and high < 1.4 * low


def _edges(page: pdfium.PdfPage) -> Iterator[Box]:
    """Give thin boxes, lines and sides of rectangles, and dots."""
    for path in _paths(page):
        box = _bounds(path)
        if box is None or not _is_seen(path):
            continue
        left, bottom, right, top = box
        width, height = right - left, top - bottom
        if _is_dot(box):
            yield box
        elif min(width, height) <= _THIN:
            if max(width, height) >= _SHORTEST:
                yield box
        elif pdfium_c.FPDFPath_CountSegments(path) <= 6:
            yield from _sides(box)
        else:
            yield from _lines_within(path)


def _paths(page: pdfium.PdfPage) -> Iterator[Any]:
    objects = page.get_objects(
        filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=_MOST_DEEP
    )
    for count, item in enumerate(objects):
        if count > _MOST_OBJECTS:
            return
        yield item.raw


def _bounds(path: Any) -> Box | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    found = pdfium_c.FPDFPageObj_GetBounds(
        path, *(ctypes.byref(edge) for edge in (left, bottom, right, top))
    )
    if not found:
        return None
    return left.value, bottom.value, right.value, top.value


def _is_seen(path: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if stroke.value:
        return True
    if not fill.value:
        return False
    colour = [ctypes.c_uint() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetFillColor(path, *(ctypes.byref(part) for part in colour))
    red, green, blue, alpha = (part.value for part in colour)
    return alpha > 0 and min(red, green, blue) < _WHITE


def _sides(box: Box) -> Iterator[Box]:
    left, bottom, right, top = box
    if right - left < _SHORTEST or top - bottom < _SHORTEST:
        return
    yield left, bottom, right, bottom
    yield left, top, right, top
    yield left, bottom, left, top
    yield right, bottom, right, top


def _lines_within(path: Any) -> Iterator[Box]:
    """Give the straight lines of a path that draws several."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
    last: tuple[float, float] | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium_c.FPDFPath_CountSegments(path), _MOST_POINTS)):
        part = pdfium_c.FPDFPath_GetPathSegment(path, index)
        pdfium_c.FPDFPathSegment_GetPoint(part, ctypes.byref(x), ctypes.byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium_c.FPDFPathSegment_GetType(part)
        if kind == pdfium_c.FPDF_SEGMENT_LINETO and last is not None:
            yield from _straight(last, point)
        last = point


def _straight(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Box]:
    left, right = sorted((start[0], end[0]))
    bottom, top = sorted((start[1], end[1]))
    is_along = min(right - left, top - bottom) < 1.0
    if is_along and max(right - left, top - bottom) >= _SHORTEST:
        yield left, bottom, right, top


def _merged(rules: list[Rule]) -> tuple[Rule, ...]:
    """Join rules that touch, one after another on the same line."""
    merged: list[Rule] = []
    for rule in sorted(rules, key=lambda one: (round(one.at / _THIN), one.start)):
        last = merged[-1] if merged else None
        if (
            last is not None
            and abs(last.at - rule.at) <= _THIN
            and rule.start <= last.end + _TOUCH
        ):
            merged[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            merged.append(rule)
    return tuple(merged)
