"""PPTX files as blocks, one page per slide."""

from pathlib import Path

from pptx import Presentation
from pptx.util import Inches

from tests.support.file_reading import read


def test_slides_are_pages(tmp_path: Path) -> None:
    """The title comes first, then shapes in reading order, tables and notes."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    low = slide.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1))
    low.text_frame.text = "En bas"
    high = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(3), Inches(1))
    high.text_frame.text = "En haut"
    beside = slide.shapes.add_textbox(Inches(5), Inches(2), Inches(3), Inches(1))
    beside.text_frame.text = "À côté"
    assert slide.shapes.title is not None
    slide.shapes.title.text = "Sécurité"
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    shape = second.shapes.add_table(1, 2, Inches(1), Inches(1), Inches(4), Inches(1))
    shape.table.cell(0, 0).text = "Riga"
    shape.table.cell(0, 1).text = "Lettonie"
    notes = second.notes_slide.notes_text_frame
    assert notes is not None
    notes.text = "À dire ici."
    path = tmp_path / "diapos.pptx"
    presentation.save(str(path))

    reading = read(path)

    blocks = [(b.type.value, b.text, b.page) for b in reading.document.blocks]
    assert blocks == [
        ("heading", "Sécurité", 1),
        ("paragraph", "En haut", 1),
        ("paragraph", "À côté", 1),
        ("paragraph", "En bas", 1),
        ("table-row", "Riga | Lettonie", 2),
        ("note", "À dire ici.", 2),
    ]
    assert [page.number for page in reading.pages] == [1, 2]
