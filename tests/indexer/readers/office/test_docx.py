"""DOCX files as blocks."""

from pathlib import Path

import docx
import pytest

from indexer.errors import FileUnreadableError
from indexer.model.document import Block, BlockType, Unreadable
from tests.support.archives import W, save_zip, word_document, word_paragraph
from tests.support.file_reading import read


def types_and_texts(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """Return the types and the texts of blocks."""
    return [(block.type.value, block.text) for block in blocks]


def test_docx_has_headings_lists_and_tables(tmp_path: Path) -> None:
    """Paragraph styles and numbering decide on the types."""
    document = docx.Document()
    document.core_properties.title = "Été à Riga"
    document.core_properties.author = "A. Person"
    document.add_heading("Recommandations", level=1)
    document.add_paragraph("Écouter avant de parler.")
    document.add_paragraph("former les élus", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, texts in enumerate((("Ville", "Pays"), ("Riga", "Lettonie"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    path = tmp_path / "été.docx"
    document.save(str(path))

    reading = read(path)

    assert types_and_texts(reading.document.blocks) == [
        ("heading", "Recommandations"),
        ("paragraph", "Écouter avant de parler."),
        ("list-item", "former les élus"),
        ("table-row", "Ville | Pays"),
        ("table-row", "Riga | Lettonie"),
    ]
    assert reading.document.blocks[0].level == 1
    assert reading.document.blocks[4].cells == ("Riga", "Lettonie")
    assert reading.properties.title == "Été à Riga"
    assert reading.properties.authors == ("A. Person",)


def test_generated_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    """« Recommendation 2: » is often a list label, and not in the text."""
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="Recommendation %1:"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
        '<w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )

    def item(text: str, level: int) -> str:
        properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
        return word_paragraph(text, properties)

    body = item("listen", 0) + item("answer", 0) + item("daily", 1) + item("learn", 0)
    path = save_zip(
        tmp_path / "numbers.docx",
        {"word/document.xml": word_document(body), "word/numbering.xml": numbering},
    )

    blocks = read(path).document.blocks

    assert [block.text for block in blocks] == [
        "Recommendation 1: listen",
        "Recommendation 2: answer",
        "2.a) daily",
        "Recommendation 3: learn",
    ]
    assert [block.level for block in blocks] == [1, 1, 2, 1]


def test_docx_has_notes_boxes_and_tracked_changes(tmp_path: Path) -> None:
    """A note follows its paragraph, a box is read once, deleted text is dropped."""
    box = "<w:txbxContent>" + word_paragraph("Good practice: Riga") + "</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>The city</w:t></w:r>"
        "<w:del><w:r><w:delText> never</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> answers</w:t></w:r></w:ins>"
        '<w:r><w:footnoteReference w:id="2"/></w:r>'
        "<w:r><w:t>.</w:t></w:r>"
        "<w:r><mc:AlternateContent>"
        f"<mc:Choice><v:shape>{box}</v:shape></mc:Choice>"
        f"<mc:Fallback><v:shape>{box}</v:shape></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">'
        f"{word_paragraph('Since 2016.')}</w:footnote></w:footnotes>"
    )
    path = save_zip(
        tmp_path / "notes.docx",
        {"word/document.xml": word_document(body), "word/footnotes.xml": notes},
    )

    assert types_and_texts(read(path).document.blocks) == [
        ("paragraph", "The city answers."),
        ("paragraph", "Good practice: Riga"),
        ("note", "1 Since 2016."),
    ]


def test_bold_lines_are_headings_without_heading_styles(tmp_path: Path) -> None:
    """Many authors format headings by hand."""
    document = docx.Document()
    document.add_paragraph().add_run("What we learned").bold = True
    for _ in range(30):
        document.add_paragraph(
            "The city answers within the day, as it said it would do."
        )
    path = tmp_path / "bold.docx"
    document.save(str(path))

    first = read(path).document.blocks[0]

    assert (first.type, first.text) == (BlockType.HEADING, "What we learned")
    assert first.size == 1.0


def test_a_heading_on_two_lines_is_joined(tmp_path: Path) -> None:
    """The second line starts in lower case."""
    document = docx.Document()
    document.add_heading("Why victims", level=1)
    document.add_heading("don’t report to the police", level=1)
    document.add_heading("What we learned", level=1)
    path = tmp_path / "title.docx"
    document.save(str(path))

    assert [block.text for block in read(path).document.blocks] == [
        "Why victims don’t report to the police",
        "What we learned",
    ]


def test_macros_are_reported(tmp_path: Path) -> None:
    """The reading has no block for them."""
    body = word_document(word_paragraph("A text with a program in it."))
    path = save_zip(
        tmp_path / "macros.docm",
        {"word/document.xml": body, "word/vbaProject.bin": b"\0"},
    )

    assert read(path).has_macros


def test_a_docx_without_text_is_refused(tmp_path: Path) -> None:
    """The reason is `NO_TEXT`."""
    path = save_zip(tmp_path / "none.docx", {"word/document.xml": word_document("")})

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.NO_TEXT


def test_one_large_word_makes_no_heading(tmp_path: Path) -> None:
    """The size of most characters is that of the paragraph."""
    body = (
        '<w:p><w:r><w:rPr><w:sz w:val="60"/></w:rPr><w:t>42</w:t></w:r>'
        "<w:r><w:t> maires ont répondu à l’enquête</w:t></w:r></w:p>"
        '<w:p><w:r><w:rPr><w:sz w:val="52"/></w:rPr><w:t>Protéger les marchés</w:t>'
        "<w:br/></w:r><w:r><w:t> </w:t></w:r>"
        '<w:r><w:rPr><w:sz w:val="52"/></w:rPr><w:t>et les gares</w:t></w:r></w:p>'
        + word_paragraph("Les villes agissent. " * 20)
    )
    path = save_zip(tmp_path / "a.docx", {"word/document.xml": word_document(body)})

    assert types_and_texts(read(path).document.blocks)[:2] == [
        ("paragraph", "42 maires ont répondu à l’enquête"),
        ("heading", "Protéger les marchés et les gares"),
    ]
