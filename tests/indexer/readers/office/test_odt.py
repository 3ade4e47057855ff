"""ODT files as blocks."""

from pathlib import Path

import pytest
from odf import draw, style, table, text
from odf.opendocument import OpenDocumentText

from indexer.errors import FileUnreadableError
from indexer.model.document import Unreadable
from tests.support.archives import save_zip
from tests.support.file_reading import read

MIME = "application/vnd.oasis.opendocument.text"


def paragraph_with_note() -> text.P:
    """Return a paragraph with a footnote in the middle."""
    paragraph = text.P(text="La ville répond")
    note = text.Note(noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(text.P(text="Depuis 2016."))
    note.addElement(body)
    paragraph.addElement(note)
    paragraph.addText(" chaque jour.")
    return paragraph


def table_of(*texts: str) -> table.Table:
    """Return a table of one row."""
    element, row = table.Table(), table.TableRow()
    for cell_text in texts:
        cell = table.TableCell()
        cell.addElement(text.P(text=cell_text))
        row.addElement(cell)
    element.addElement(row)
    return element


def list_of(item_text: str) -> text.List:
    """Return a list of one item."""
    element, item = text.List(), text.ListItem()
    item.addElement(text.P(text=item_text))
    element.addElement(item)
    return element


def frame_of(box_text: str) -> text.P:
    """Return a paragraph with a text box."""
    holder, frame, box = text.P(), draw.Frame(), draw.TextBox()
    box.addElement(text.P(text=box_text))
    frame.addElement(box)
    holder.addElement(frame)
    return holder


def test_odt_has_headings_lists_tables_notes_and_boxes(tmp_path: Path) -> None:
    """Blocks are in document order."""
    element = OpenDocumentText()
    element.text.addElement(text.H(outlinelevel=2, text="Sécurité"))
    element.text.addElement(paragraph_with_note())
    element.text.addElement(list_of("former les élus"))
    element.text.addElement(table_of("Riga", "Lettonie"))
    element.text.addElement(frame_of("Bonne pratique"))
    path = tmp_path / "texte.odt"
    element.save(str(path))

    blocks = read(path).document.blocks

    assert [(block.type.value, block.text) for block in blocks] == [
        ("heading", "Sécurité"),
        ("paragraph", "La ville répond chaque jour."),
        ("note", "1 Depuis 2016."),
        ("list-item", "former les élus"),
        ("table-row", "Riga | Lettonie"),
        ("paragraph", "Bonne pratique"),
    ]
    assert blocks[0].level == 2


def test_an_encrypted_odt_is_refused(tmp_path: Path) -> None:
    """The archive opens, but its members are encrypted."""
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
        'manifest:1.0"><manifest:file-entry manifest:full-path="content.xml">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    path = save_zip(
        tmp_path / "secret.odt",
        {
            "mimetype": MIME,
            "content.xml": b"\x8f\x01",
            "META-INF/manifest.xml": manifest,
        },
    )

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.ENCRYPTED


def cover_line(element: OpenDocumentText, size: int, *lines: str) -> text.P:
    """Return a paragraph with a span for each line, and breaks between them."""
    large = style.Style(name=f"size{size}", family="text")
    large.addElement(style.TextProperties(fontsize=f"{size}pt", fontweight="bold"))
    element.automaticstyles.addElement(large)
    paragraph = text.P()
    for number, line in enumerate(lines):
        if number:
            paragraph.addElement(text.LineBreak())
        paragraph.addElement(text.Span(stylename=large, text=line))
    return paragraph


def test_a_title_of_several_spans_has_their_size(tmp_path: Path) -> None:
    """A manual line break, a small note and a text box leave a title its size."""
    element = OpenDocumentText()
    element.text.addElement(cover_line(element, 16, "LIVRE BLANC"))
    title = cover_line(element, 26, "Protéger les marchés", "et les gares")
    title.addElement(paragraph_with_note().childNodes[1])
    title.addElement(
        frame_of("Un texte dans un cadre, plus long que le titre").firstChild
    )
    element.text.addElement(title)
    element.text.addElement(text.H(outlinelevel=1, text="Préambule"))
    element.text.addElement(text.P(text="Les villes agissent. " * 20))
    path = tmp_path / "titre.odt"
    element.save(str(path))

    blocks = read(path).document.blocks

    assert [(block.type.value, block.level, block.text) for block in blocks[:2]] == [
        ("heading", 2, "LIVRE BLANC"),
        ("heading", 1, "Protéger les marchés et les gares"),
    ]
    assert blocks[0].size < blocks[1].size


def test_one_large_word_makes_no_heading(tmp_path: Path) -> None:
    """The format of most characters is that of the paragraph."""
    element = OpenDocumentText()
    line = cover_line(element, 30, "42")
    line.addText(" maires ont répondu à l’enquête")
    element.text.addElement(line)
    element.text.addElement(text.P(text="Les villes agissent. " * 20))
    path = tmp_path / "chiffre.odt"
    element.save(str(path))

    assert read(path).document.blocks[0].type.value == "paragraph"
