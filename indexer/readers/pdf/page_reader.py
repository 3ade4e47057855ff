"""Reader of one page: its words and tables, and whether the page needs OCR."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.gibberish import is_gibberish
from indexer.readers.pdf.borderless_tables import borderless_grids
from indexer.readers.pdf.glyphs import Box, PageWords, page_words
from indexer.readers.pdf.raw_page import RawPage
from indexer.readers.pdf.ruled_tables import (
    Grid,
    find_grids,
    is_drawing,
    row_ruled_grids,
)
from indexer.readers.pdf.ruling_lines import RulingLines, page_ruling_lines
from indexer.readers.pdf.text_runs import text_segments
from indexer.readers.pdf.word_boxes import TextSegment, segment_of

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
        page = _page_with_fields(file, index)
    except pdfium.PdfiumError:
        return RawPage(number=index + 1, segments=())
    with closing(page):
        return _read(page, index + 1, label)


def _page_with_fields(file: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
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
