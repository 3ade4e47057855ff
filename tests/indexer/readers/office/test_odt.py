"""From ODT to blocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from odf import draw, table, text
from odf.opendocument import OpenDocumentText

from indexer.errors import FileUnreadableError
from indexer.model.readings import Unreadable
from indexer.readers.dispatch import read
from tests.support.archives import save_zip

MIME = "application/vnd.oasis.opendocument.text"


def paragraph_with_note() -> text.P:
    """Make a paragraph that a note cuts in two."""
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
    """Make a table of one row."""
    made, row = table.Table(), table.TableRow()
    for cell_text in texts:
        cell = table.TableCell()
        cell.addElement(text.P(text=cell_text))
        row.addElement(cell)
    made.addElement(row)
    return made


def list_of(item_text: str) -> text.List:
    """Make a list of one item."""
    made, item = text.List(), text.ListItem()
    item.addElement(text.P(text=item_text))
    made.addElement(item)
    return made


def frame_of(box_text: str) -> text.P:
    """Make a paragraph that holds a frame with a text."""
    holder, frame, box = text.P(), draw.Frame(), draw.TextBox()
    box.addElement(text.P(text=box_text))
    frame.addElement(box)
    holder.addElement(frame)
    return holder


def test_titles_lists_tables_notes_and_frames(tmp_path: Path) -> None:
    """All that stands in a text is read, in its order."""
    made = OpenDocumentText()
    made.text.addElement(text.H(outlinelevel=2, text="Sécurité"))
    made.text.addElement(paragraph_with_note())
    made.text.addElement(list_of("former les élus"))
    made.text.addElement(table_of("Riga", "Lettonie"))
    made.text.addElement(frame_of("Bonne pratique"))
    path = tmp_path / "texte.odt"
    made.save(str(path))

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


def test_an_encrypted_text_is_told(tmp_path: Path) -> None:
    """Its parts are noise, though the archive opens."""
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
