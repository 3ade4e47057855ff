"""Headers, footers, watermarks and labels of files, beside their text."""

import io
import json
from functools import partial
from pathlib import Path

import pytest
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from indexer.extraction.report.metadata import find_metadata
from indexer.extraction.report.restrictions import closed_words
from indexer.readers.sandbox.protocol import from_json, to_json
from tests.support.archives import W, save_zip, word_document, word_paragraph
from tests.support.file_reading import read
from tests.support.pdfs import lines, save_pdf, wrapped

BODY = (
    "The night buses of Newtown run every hour, and their drivers count those who wait "
    "at each of the stops, so that the town knows where lanterns are missing."
)
HEADER = (
    f'<w:hdr xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml">'
    f"{word_paragraph('NIGHTBUS D3.2')}"
    '<w:p><w:r><w:pict><v:shape><v:textpath string="CONFIDENTIAL"/></v:shape></w:pict>'
    "</w:r></w:p></w:hdr>"
)
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/'
    '2006/docPropsVTypes"><property name="MSIP_Label_0f_Name"><vt:lpwstr>Internal'
    "</vt:lpwstr></property></Properties>"
)
ODT = (
    '<office:document-{part} xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office'
    ':1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">{content}'
    "</office:document-{part}>"
)
ODT_BODY = (
    f"<office:body><office:text><text:p>{BODY}</text:p></office:text></office:body>"
)


def draw_page(canvas: Canvas, town: str, footer: str) -> None:
    """Draw paragraphs above a footer."""
    for number, first in enumerate(f"{town} {BODY} {town}".split()[:6]):
        lines(canvas, wrapped(f"{first} {town} {BODY}"), y=760 - 70 * number)
    lines(canvas, [footer], y=30, size=8)


def a_pdf_with_footer(folder: Path) -> Path:
    """Save a PDF of four pages with a footer."""
    footer = "NIGHTBUS – Confidential"
    path = folder / "report.pdf"
    save_pdf(
        path,
        [
            partial(draw_page, town=town, footer=footer)
            for town in ("Arle", "Brone", "Cassel", "Dorn")
        ],
    )
    return path


def a_pdf_with_keywords(folder: Path) -> Path:
    """Save a PDF with a keyword."""
    content = io.BytesIO()
    canvas = Canvas(content)
    canvas.setKeywords("Classification: Restricted")
    lines(canvas, wrapped(BODY))
    canvas.save()
    path = folder / "keywords.pdf"
    path.write_bytes(content.getvalue())
    return path


def a_docx_with_watermark(folder: Path) -> Path:
    """Save a DOCX with a watermark in its header."""
    members = {
        "word/document.xml": word_document(word_paragraph(BODY)),
        "word/header1.xml": HEADER,
    }
    return save_zip(folder / "watermark.docx", members)


def a_docx_with_label(folder: Path) -> Path:
    """Save a DOCX with a sensitivity label."""
    members = {
        "word/document.xml": word_document(word_paragraph(BODY)),
        "docProps/custom.xml": CUSTOM,
    }
    return save_zip(folder / "label.docx", members)


def an_odt_with_footer(folder: Path) -> Path:
    """Save an ODT with a footer."""
    footer = (
        "<office:master-styles><style:master-page><style:footer><text:p>Diffusion "
        "<text:span>restreinte</text:span></text:p></style:footer></style:master-page>"
        "</office:master-styles>"
    )
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": ODT.format(part="content", content=ODT_BODY),
        "styles.xml": ODT.format(part="styles", content=footer),
    }
    return save_zip(folder / "footer.odt", members)


def an_odt_with_label(folder: Path) -> Path:
    """Save an ODT with a property of its own."""
    meta = (
        '<office:meta><meta:user-defined meta:name="Classification">Vertraulich'
        "</meta:user-defined></office:meta>"
    )
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": ODT.format(part="content", content=ODT_BODY),
        "meta.xml": ODT.format(part="meta", content=meta),
    }
    return save_zip(folder / "label.odt", members)


def a_pptx_with_master_text(folder: Path) -> Path:
    """Save a PPTX whose master has a text box."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Night buses"
    slide.placeholders[1].text = BODY
    layout = presentation.slide_layouts[1]
    box = slide.shapes.add_textbox(0, 0, 900_000, 300_000)
    box.text_frame.text = "For internal use only"
    layout.slide_master.shapes._spTree.append(box._element)  # noqa: SLF001  # no API
    path = folder / "slides.pptx"
    presentation.save(str(path))
    return path


@pytest.mark.parametrize(
    "save",
    [
        a_pdf_with_footer,
        a_pdf_with_keywords,
        a_docx_with_watermark,
        a_docx_with_label,
        an_odt_with_footer,
        an_odt_with_label,
        a_pptx_with_master_text,
    ],
)
def test_a_mark_outside_the_text_is_detected(tmp_path: Path, save: object) -> None:
    """The mark is not part of the text, which is quoted and searched."""
    path = save(tmp_path)  # type: ignore[operator]  # a function of the list above

    reading = from_json(to_json(read(path)))

    facts = find_metadata(
        reading.document, reading.properties, reading.name, reading.margins
    )
    words = closed_words(facts)
    assert words is not None
    assert all(words.value not in block.text for block in reading.document.blocks)


def test_an_old_reading_with_ocr_has_no_margins(tmp_path: Path) -> None:
    """Readings with OCR outlive the version that stored them."""
    reading = read(a_docx_with_watermark(tmp_path))
    stored = json.loads(to_json(reading))
    del stored["margins"], stored["properties"]["labels"]

    old = from_json(json.dumps(stored).encode())

    assert old.document == reading.document
    assert old.margins == ()
