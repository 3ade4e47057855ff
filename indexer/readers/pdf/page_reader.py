"""Reads what is drawn on a page, and tells a scan, or a text that says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.gibberish import is_gibberish
from indexer.readers.pdf.borderless_tables import aligned_grids
from indexer.readers.pdf.glyphs import Box, PageWords, page_words
from indexer.readers.pdf.page_numbers import RawPage
from indexer.readers.pdf.ruled_tables import Grid, find_grids, open_grids
from indexer.readers.pdf.ruling_lines import Rules, page_rules
from indexer.readers.pdf.text_runs import text_segments
from indexer.readers.pdf.word_boxes import TextSegment, segment_of

_FEW_LETTERS = 40
_PICTURE_SHARE = 0.25
_MANY_SHAPES = 150
_UNMAPPED_SHARE = 0.3
_BULLET_EM = 2.0
_MOST_NOTES = 2_000


def draw_page(file: pdfium.PdfDocument, index: int) -> RawPage:
    """Read a page."""
    label = file.get_page_label(index)
    try:
        page = _page_with_fields(file, index)
    except pdfium.PdfiumError:
        # One page that is damaged does not take the others with it.
        return RawPage(number=index + 1, width=0.0, height=0.0, segments=())
    try:
        return _draw(page, index + 1, label)
    finally:
        page.close()


def _page_with_fields(file: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """Open a page; what was typed into its fields is made a part of it."""
    page = file[index]
    if not _has_fields(page):
        return page
    pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY)
    page.close()
    return file[index]


def _has_fields(page: pdfium.PdfPage) -> bool:
    for place in range(min(pdfium_c.FPDFPage_GetAnnotCount(page.raw), _MOST_NOTES)):
        note = pdfium_c.FPDFPage_GetAnnot(page.raw, place)
        kind = pdfium_c.FPDFAnnot_GetSubtype(note)
        pdfium_c.FPDFPage_CloseAnnot(note)
        if kind in {pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT}:
            return True
    return False


def _draw(page: pdfium.PdfPage, number: int, label: str) -> RawPage:
    textpage = page.get_textpage()
    words = page_words(textpage)
    textpage.close()
    is_unreadable = _is_unreadable(words)
    rules = page_rules(page, words.quarter)
    segments = _with_bullets(text_segments(words.words), rules.dots)
    return RawPage(
        number=number,
        width=page.get_width(),
        height=page.get_height(),
        segments=tuple(segments),
        aside=tuple(text_segments(words.aside)),
        grids=() if is_unreadable else _grids(page, rules, segments),
        label=label,
        spaces=words.spaces,
        is_unreadable=is_unreadable,
        is_scanned=words.letters < _FEW_LETTERS and _is_picture(page),
    )


def _grids(
    page: pdfium.PdfPage, rules: Rules, segments: Sequence[TextSegment]
) -> tuple[Grid, ...]:
    width = page.get_width()
    closed = find_grids(rules, width, page.get_height())
    ruled = [*closed, *open_grids(rules, segments, closed, width)]
    return (*ruled, *aligned_grids(segments, ruled))


def _with_bullets(
    segments: list[TextSegment], dots: Sequence[Box]
) -> list[TextSegment]:
    """Put dots that are drawn before a line where they would be written."""
    if not dots:
        return segments
    return [_bulleted(segment, dots) for segment in segments]


def _bulleted(segment: TextSegment, dots: Sequence[Box]) -> TextSegment:
    first = segment.words[0]
    for left, top, right, bottom in dots:
        is_before = 0 < first.x0 - right < _BULLET_EM * first.size
        if is_before and first.top < (top + bottom) / 2 < first.bottom:
            bullet = first._replace(text="•", x0=left, x1=right, is_glued=False)
            words = [bullet, first._replace(is_glued=False), *segment.words[1:]]
            return segment_of(words)
    return segment


def _is_unreadable(words: PageWords) -> bool:
    if words.letters < _FEW_LETTERS:
        return False
    unmapped = words.unmapped / max(1, len(words.words))
    text = [word.text for word in words.words]
    return is_gibberish(text, is_suspect=unmapped > _UNMAPPED_SHARE)


def _is_picture(page: pdfium.PdfPage) -> bool:
    """Tell whether pictures, or letters drawn as shapes, are most of a page."""
    area = page.get_width() * page.get_height()
    covered, shapes = 0.0, 0
    for item in page.get_objects(max_depth=4):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += (right - left) * (top - bottom)
        elif item.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            shapes += 1
        if shapes > _MANY_SHAPES:
            return True
    return bool(covered > _PICTURE_SHARE * area)
