"""Borderless tables, covers, page edges and forms in PDF."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.model.document import Block, BlockType
from tests.support.file_reading import read
from tests.support.pdfs import LEADING, lines, save_pdf, wrapped

Cell = tuple[float, str, bool]
"""Where it begins, or ends when it is set to the right; its text."""

ABOVE = "The number of calls is given by town for the two years that were studied."
BELOW = "These numbers come from the towns and were not checked by anybody else."


def blocks_of(path: Path) -> list[Block]:
    """Read a file and return its blocks."""
    return list(read(path).document.blocks)


def page_with(rows: Sequence[Sequence[Cell]], path: Path) -> Path:
    """Save a page with a table between two lines of text."""

    def draw(canvas: Canvas) -> None:
        y = lines(canvas, [ABOVE])
        for row in rows:
            for x, text, is_right in row:
                (canvas.drawRightString if is_right else canvas.drawString)(x, y, text)
            y -= LEADING
        lines(canvas, [BELOW], y=y - LEADING)

    return save_pdf(path, [draw])


def numbers(*cells: str) -> list[Cell]:
    """Return a row with a label, and right-aligned numbers."""
    places = (300, 400, 500)
    name, *values = cells
    return [
        (72, name, False),
        *((x, value, True) for x, value in zip(places, values, strict=False)),
    ]


TABLES = {
    "numbers of any length": (
        [
            numbers("Town", "2016", "2017", "Change"),
            numbers("Riga", "1,204", "1,150", "-4.5 %"),
            numbers("Saint-Étienne-du-Rouvray", "7", "12", "+71 %"),
            numbers("Ghent", "830", "912", "+9.9 %"),
        ],
        [
            ("Town", "2016", "2017", "Change"),
            ("Riga", "1,204", "1,150", "-4.5 %"),
            ("Saint-Étienne-du-Rouvray", "7", "12", "+71 %"),
            ("Ghent", "830", "912", "+9.9 %"),
        ],
    ),
    "two columns": (
        [
            numbers("Staff", "1 250"),
            numbers("Training of officers and of officials", "42"),
            numbers("Telephones", "7"),
        ],
        [
            ("Staff", "1 250"),
            ("Training of officers and of officials", "42"),
            ("Telephones", "7"),
        ],
    ),
    "two rows": (
        [
            [(72, "Anne Durand", False), (220, "mayor", False), (360, "Lyon", False)],
            [(72, "Paul Klein", False), (220, "officer", False), (360, "Ulm", False)],
        ],
        [("Anne Durand", "mayor", "Lyon"), ("Paul Klein", "officer", "Ulm")],
    ),
    "an empty cell": (
        [
            numbers("Town", "2016", "2017", "Change"),
            numbers("Riga", "1,204", "1,150", "none"),
            [(72, "Ghent", False), (400, "912", True)],
            numbers("Turin", "77", "81", "some"),
        ],
        [
            ("Town", "2016", "2017", "Change"),
            ("Riga", "1,204", "1,150", "none"),
            ("Ghent", "", "912", ""),
            ("Turin", "77", "81", "some"),
        ],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), TABLES.values(), ids=TABLES)
def test_a_borderless_table_is_read_row_by_row(
    tmp_path: Path, rows: Sequence[Sequence[Cell]], expected: list[tuple[str, ...]]
) -> None:
    """A number stays beside its town."""
    blocks = blocks_of(page_with(rows, tmp_path / "table.pdf"))

    assert [block.cells for block in blocks[1:-1]] == expected
    assert [blocks[0].text, blocks[-1].text] == [ABOVE, BELOW]


def test_a_cell_of_two_lines_is_one_cell(tmp_path: Path) -> None:
    """Lines drawn without interruption are one cell, also in the first column."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, [ABOVE])
        y = 720.0
        for cells in (
            (["Action"], ["What is done"], ["When"]),
            (["Walks"], ["With people of four districts"], ["March"]),
            (["Study of", "the lot"], ["Letters to five", "hundred homes"], ["May"]),
            (["Training"], ["Two days for officers"], ["June"]),
        ):
            for x, cell in zip((72, 200, 420), cells, strict=True):
                lines(canvas, cell, x=x, y=y)
            y -= LEADING * max(map(len, cells))

    blocks = blocks_of(save_pdf(tmp_path / "cells.pdf", [draw]))

    assert [block.cells for block in blocks[1:]] == [
        ("Action", "What is done", "When"),
        ("Walks", "With people of four districts", "March"),
        ("Study of the lot", "Letters to five hundred homes", "May"),
        ("Training", "Two days for officers", "June"),
    ]


def test_punctuation_after_a_note_reference_has_no_space(tmp_path: Path) -> None:
    """« questions¹. » becomes « questions. », and « stage² and » two words."""

    def draw(canvas: Canvas) -> None:
        y = lines(canvas, wrapped(f"{ABOVE} {BELOW}"))
        x = 72.0
        for text, is_call in (
            ("They ask many questions", False),
            ("1", True),
            (". This stage", False),
            ("2", True),
            (" and the next are long.", False),
        ):
            canvas.setFont("Helvetica", 7 if is_call else 11)
            canvas.drawString(x, y + (4 if is_call else 0), text)
            x += canvas.stringWidth(text)

    blocks = blocks_of(save_pdf(tmp_path / "call.pdf", [draw]))

    expected = "They ask many questions. This stage and the next are long."
    assert blocks[-1].text == expected


def test_footnotes_of_a_column_come_at_the_end_of_the_page(tmp_path: Path) -> None:
    """A footnote interrupts no sentence."""

    def draw(canvas: Canvas) -> None:
        y = lines(canvas, wrapped(f"{ABOVE} {BELOW}", width=190), x=60)
        lines(canvas, ["Results"], x=60, y=y - 10, size=15)
        lines(canvas, ["1. Letter of 12 March 2016."], x=60, y=y - 60, size=8)
        lines(canvas, wrapped(f"{BELOW} {ABOVE}", width=190), x=320)

    blocks = blocks_of(save_pdf(tmp_path / "notes.pdf", [draw]))

    assert [block.text for block in blocks] == [
        f"{ABOVE} {BELOW}",
        "Results",
        f"{BELOW} {ABOVE}",
        "1. Letter of 12 March 2016.",
    ]
    assert blocks[-1].type is BlockType.NOTE


def test_centred_lines_of_a_cover_are_separate(tmp_path: Path) -> None:
    """The largest is the title; the publisher and the date are paragraphs."""

    def cover(canvas: Canvas) -> None:
        for y, size, text in (
            (700, 14, "European Forum for Urban Security"),
            (682, 14, "Grant agreement no. 653000"),
            (640, 26, "Safety in Neighbourhoods"),
            (600, 14, "Deliverable D3.4"),
            (582, 14, "March 2018"),
        ):
            canvas.setFont("Helvetica", size)
            canvas.drawCentredString(300, y, text)

    def text(canvas: Canvas) -> None:
        lines(canvas, wrapped(f"{ABOVE} {BELOW}"))

    blocks = blocks_of(save_pdf(tmp_path / "cover.pdf", [cover, text]))

    assert [(block.text, block.level) for block in blocks[:5]] == [
        ("European Forum for Urban Security", 2),
        ("Grant agreement no. 653000", 2),
        ("Safety in Neighbourhoods", 1),
        ("Deliverable D3.4", 2),
        ("March 2018", 2),
    ]


def test_browser_headers_and_footers_are_dropped(tmp_path: Path) -> None:
    """A single page has no repetition, but a URL and 1/1 at its edges."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["12/03/2018 14:05"], x=30, y=815, size=8)
        lines(canvas, ["Title of the page"], x=260, y=815, size=8)
        lines(canvas, wrapped(f"{ABOVE} {BELOW}"))
        lines(canvas, ["https://example.org/page?x=1"], x=30, y=25, size=8)
        lines(canvas, ["1/1"], x=540, y=25, size=8)

    blocks = blocks_of(save_pdf(tmp_path / "printed.pdf", [draw]))

    assert [block.text for block in blocks] == [f"{ABOVE} {BELOW}"]


def justified(canvas: Canvas, text: str, x: float, y: float, width: float) -> None:
    """Draw a line with gaps so wide that it fills a width."""
    words = text.split()
    room = width - sum(canvas.stringWidth(word) for word in words)
    for word in words:
        canvas.drawString(x, y, word)
        x += canvas.stringWidth(word) + room / max(1, len(words) - 1)


def test_justified_lines_are_no_table_rows(tmp_path: Path) -> None:
    """Narrow justified columns have wide gaps between words."""
    expected = (
        "The workshop met four times in the year",
        "and asked those that",
        "watch towns all night",
        "about calls that reach",
        "desks where none sits",
        "while people in need of help are waiting.",
    )

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for row, text in enumerate(expected):
            justified(canvas, text, 60, 700 - 12 * row, 185)

    blocks = blocks_of(save_pdf(tmp_path / "stretched.pdf", [draw]))

    assert [block.text for block in blocks] == [" ".join(expected)]


def test_a_large_heading_does_not_join_the_next_column(tmp_path: Path) -> None:
    """The gap is small for its font size."""

    def draw(canvas: Canvas) -> None:
        text = wrapped(f"{ABOVE} {BELOW} {ABOVE}", width=190)
        lines(canvas, text, x=60)
        lines(canvas, ["Results of"], x=258, y=720, size=22)
        lines(canvas, ["the second year"], x=258, y=690, size=22)
        lines(canvas, wrapped(f"{BELOW} {ABOVE}", width=190), x=258, y=660)

    blocks = blocks_of(save_pdf(tmp_path / "large.pdf", [draw]))

    assert [block.text for block in blocks] == [
        f"{ABOVE} {BELOW} {ABOVE}",
        "Results of the second year",
        f"{BELOW} {ABOVE}",
    ]


def test_form_fields_are_read(tmp_path: Path) -> None:
    """The content of form fields is part of the text."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, wrapped(f"{ABOVE} {BELOW}"))
        for y, label, value in ((700, "Name:", "Anne Durand"), (670, "Town:", "Riga")):
            lines(canvas, [label], y=y)
            canvas.acroForm.textfield(
                name=label, x=130, y=y - 5, width=200, height=18, value=value
            )

    blocks = blocks_of(save_pdf(tmp_path / "form.pdf", [draw]))

    assert [(block.type, block.text) for block in blocks[1:]] == [
        (BlockType.PARAGRAPH, "Name: Anne Durand"),
        (BlockType.PARAGRAPH, "Town: Riga"),
    ]
