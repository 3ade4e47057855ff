"""Builds PDF files with text at exact positions."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
LEADING = 14.0

Draw = Callable[[Canvas], None]
"""Draws a page."""


def save_pdf(
    path: Path,
    pages: Sequence[Draw],
    *,
    title: str = "",
    author: str = "",
    is_secret: bool = False,
    outline: Sequence[tuple[str, int, int]] = (),
) -> Path:
    """Save a PDF of drawn pages; the outline has titles, depths from 0, and pages."""
    encryption = StandardEncryption("sesame") if is_secret else None
    canvas = Canvas(str(path), pagesize=A4, encrypt=encryption, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for number, draw in enumerate(pages, start=1):
        draw(canvas)
        for text, depth, page in outline:
            if page == number:
                canvas.bookmarkPage(text)
                canvas.addOutlineEntry(text, text, depth)
        canvas.showPage()
    canvas.save()
    return path


def lines(
    canvas: Canvas,
    texts: Sequence[str],
    *,
    x: float = 72,
    y: float = 760,
    size: float = 11,
    font: str = "Helvetica",
) -> float:
    """Write lines one below another, and return the height of the next."""
    canvas.setFont(font, size)
    for text in texts:
        canvas.drawString(x, y, text)
        y -= LEADING * size / 11
    return y


def wrapped(text: str, *, width: float = 440, size: float = 11) -> list[str]:
    """Return the lines of a text wrapped to a width."""
    cut: list[str] = []
    for word in text.split():
        longer = f"{cut[-1]} {word}" if cut else word
        if cut and stringWidth(longer, "Helvetica", size) <= width:
            cut[-1] = longer
        else:
            cut.append(word)
    return cut


def picture_page(canvas: Canvas) -> None:
    """Draw a page that is only a picture, like a scan."""
    data = io.BytesIO()
    Image.new("L", (600, 800), 200).save(data, "PNG")
    data.seek(0)
    canvas.drawImage(ImageReader(data), 0, 0, width=WIDTH, height=HEIGHT)


def picture_of(path: Path) -> Draw:
    """Return a function that draws the first page of a PDF as a picture."""
    file = pdfium.PdfDocument(path)
    image = file[0].render(scale=3).to_pil()
    file.close()

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), 0, 0, width=WIDTH, height=HEIGHT)

    return draw
