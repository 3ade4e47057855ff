"""Draws pages of a PDF, and finds the place of each word on the picture."""

import base64
import ctypes
import io
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.model.page_pictures import PagePicture, PlacedWord
from indexer.readers.pdf.page_reader import page_with_fields

WIDTH, MAX_HEIGHT = 900, 1800
"""The largest picture, in pixels: its small print can be read."""

_QUALITY = 50
_MAX_WORDS = 5_000


def draw_pages(content: bytes, numbers: Sequence[int]) -> list[PagePicture]:
    """Draw the pages with these numbers; a damaged page has no image."""
    file = pdfium.PdfDocument(content)
    return [
        _draw(file, number) if 0 < number <= len(file) else PagePicture(number)
        for number in numbers
    ]


def _draw(file: pdfium.PdfDocument, number: int) -> PagePicture:
    try:
        page = page_with_fields(file, number - 1)
    except pdfium.PdfiumError:
        return PagePicture(number)
    scale = min(WIDTH / page.get_width(), MAX_HEIGHT / page.get_height())
    image = page.render(scale=scale).to_pil()
    webp = io.BytesIO()
    image.save(webp, "WEBP", quality=_QUALITY)
    encoded = base64.b64encode(webp.getvalue()).decode("ascii")
    width, height = image.size
    words = tuple(_words(page, width, height))
    return PagePicture(number, width, height, words[:_MAX_WORDS], encoded)


def _words(page: pdfium.PdfPage, width: int, height: int) -> Iterator[PlacedWord]:
    """Yield the words of a page, in the order in which the file draws them."""
    text = page.get_textpage()
    rect = pdfium_c.FS_RECTF()
    letters: list[str] = []
    boxes: list[tuple[int, int, int, int]] = []
    for index in range(text.count_chars() + 1):
        # Beyond the last character, PDFium returns 0.
        letter = chr(pdfium_c.FPDFText_GetUnicode(text.raw, index))
        if letter.isspace() or letter == "\0":
            if boxes:
                lefts, tops, rights, bottoms = zip(*boxes, strict=True)
                box = min(lefts), min(tops), max(rights), max(bottoms)
                yield PlacedWord("".join(letters), *box)
            letters, boxes = [], []
        elif pdfium_c.FPDFText_GetLooseCharBox(text.raw, index, ctypes.byref(rect)):
            letters.append(letter)
            boxes.append(_pixels(page, rect, width, height))


def _pixels(
    page: pdfium.PdfPage, rect: pdfium_c.FS_RECTF, width: int, height: int
) -> tuple[int, int, int, int]:
    """Return a box of a page, which may be rotated, in pixels of its picture."""
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for left, top in ((rect.left, rect.top), (rect.right, rect.bottom)):
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, left, top, x, y)
        corners.append((x.value, y.value))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
