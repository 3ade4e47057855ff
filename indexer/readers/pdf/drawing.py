"""Reads what is drawn on a page, and tells a scan, or a text that says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.gibberish import is_gibberish
from indexer.readers.pdf.glyphs import PageWords, page_words
from indexer.readers.pdf.grids import Grid, find_grids, open_grids
from indexer.readers.pdf.pages import RawPage
from indexer.readers.pdf.rules import page_rules
from indexer.readers.pdf.segments import segments_of
from indexer.readers.pdf.words import Segment

_FEW_LETTERS = 40
_PICTURE_SHARE = 0.25
_MANY_SHAPES = 150
_UNMAPPED_SHARE = 0.3


def draw_page(file: pdfium.PdfDocument, index: int) -> RawPage:
    """Read a page."""
    label = file.get_page_label(index)
    try:
        page = file[index]
    except pdfium.PdfiumError:
        # One page that is damaged does not take the others with it.
        return RawPage(number=index + 1, width=0.0, height=0.0, segments=())
    try:
        return _draw(page, index + 1, label)
    finally:
        page.close()


def _draw(page: pdfium.PdfPage, number: int, label: str) -> RawPage:
    textpage = page.get_textpage()
    words = page_words(textpage)
    textpage.close()
    is_unreadable = _is_unreadable(words)
    segments = segments_of(words.words)
    return RawPage(
        number=number,
        width=page.get_width(),
        height=page.get_height(),
        segments=tuple(segments),
        aside=tuple(segments_of(words.aside)),
        grids=() if is_unreadable else _grids(page, words.quarter, segments),
        label=label,
        spaces=words.spaces,
        is_unreadable=is_unreadable,
        is_scanned=words.letters < _FEW_LETTERS and _is_picture(page),
    )


def _grids(
    page: pdfium.PdfPage, quarter: int, segments: Sequence[Segment]
) -> tuple[Grid, ...]:
    rules, width = page_rules(page, quarter), page.get_width()
    closed = find_grids(rules, width, page.get_height())
    return (*closed, *open_grids(rules, segments, closed, width))


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
