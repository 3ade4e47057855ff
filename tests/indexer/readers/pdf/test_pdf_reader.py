"""PDF files as blocks in reading order."""

import shutil
from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import FileUnreadableError
from indexer.model.document import Block, BlockType, FileReading, Unreadable
from indexer.model.ids import Locale
from indexer.readers.pdf.paragraphs import bookmark_level
from indexer.readers.sandbox.sandbox import read_file
from tests.support.file_reading import read
from tests.support.pdfs import (
    LEADING,
    Draw,
    lines,
    picture_of,
    picture_page,
    save_pdf,
    wrapped,
)

FRENCH = (
    "La police municipale répond aux habitants sur les réseaux sociaux, et les élus "
    "décident avec elle de ce qui doit être dit pendant une crise. Les associations du "
    "quartier sont prévenues par les mêmes moyens, et leurs questions reçoivent une "
    "réponse dans la journée."
)
ENGLISH = (
    "The city police answer people on social media, and elected officials decide with "
    "them what should be said during a crisis. Local associations are told by the same "
    "means, and their questions are answered within the day."
)


def texts(reading: FileReading, kind: BlockType | None = None) -> list[str]:
    """Return the texts of the blocks of one type, or of all."""
    return [
        block.text
        for block in reading.document.blocks
        if kind is None or block.type is kind
    ]


def page_of(*page_lines: str, size: float = 11, font: str = "Helvetica") -> Draw:
    """Return a function that draws a page of lines."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, page_lines, size=size, font=font)

    return draw


def test_lines_of_a_paragraph_are_joined(tmp_path: Path) -> None:
    """Accents are kept across the line break."""
    path = save_pdf(tmp_path / "un.pdf", [page_of(*wrapped(FRENCH))])

    reading = read(path)

    assert texts(reading) == [FRENCH]
    assert reading.locale is Locale.FR
    assert reading.pages[0].words == len(FRENCH.split())


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("by_line", [False, True], ids=["by column", "by line"])
def test_columns_are_read_one_after_the_other(
    tmp_path: Path, columns: int, *, by_line: bool
) -> None:
    """The drawing order does not matter."""
    width = 12 if columns == 2 else 10
    words = [f"mot{number}" for number in range(columns * 20 * 5)]
    rows = [" ".join(words[start : start + 5]) for start in range(0, len(words), 5)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", width - 4)
        places = [(column, row) for column in range(columns) for row in range(20)]
        if by_line:
            places.sort(key=lambda place: place[1])
        for column, row in places:
            x = 60 + column * (490 / columns)
            canvas.drawString(x, 700 - 14 * row, rows[column * 20 + row])

    reading = read(save_pdf(tmp_path / "columns.pdf", [draw]))

    assert " ".join(texts(reading)).split() == words


@pytest.mark.parametrize("by_line", [False, True], ids=["by column", "by line"])
@pytest.mark.parametrize(("columns", "width"), [(3, 100), (3, 85), (4, 85)])
def test_narrow_columns_are_no_table(
    tmp_path: Path, columns: int, width: int, *, by_line: bool
) -> None:
    """Their lines are of three words, and rarely full."""
    cells = wrapped(f"{ENGLISH} {ENGLISH} {ENGLISH}", width=width, size=9)
    height = -(-len(cells) // columns)
    places = [divmod(number, height) for number in range(len(cells))]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for column, row in sorted(places, key=lambda each: each[by_line]):
            x = 50 + column * (width + 14)
            canvas.drawString(x, 760 - 11 * row, cells[column * height + row])

    reading = read(save_pdf(tmp_path / "narrow.pdf", [draw]))

    assert BlockType.TABLE_ROW not in {each.type for each in reading.document.blocks}
    assert " ".join(texts(reading)).split() == " ".join(cells).split()


@pytest.mark.parametrize("gutter", [6, 8, 10])
@pytest.mark.parametrize(("columns", "width"), [(2, 220), (3, 120), (4, 85)])
def test_gutters_as_wide_as_a_space_divide_columns(
    tmp_path: Path, columns: int, width: int, gutter: int
) -> None:
    """Drawn line by line, only the edges of their lines show them."""
    cells = wrapped(f"{ENGLISH} {ENGLISH} {ENGLISH}", width=width, size=10)
    height = -(-len(cells) // columns)
    places = [divmod(number, height) for number in range(len(cells))]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for column, row in sorted(places, key=lambda each: each[1]):
            x, y = 40 + column * (width + gutter), 760 - 13 * row
            canvas.drawString(x, y - 3 * (column % 2), cells[column * height + row])

    reading = read(save_pdf(tmp_path / "gutters.pdf", [draw]))

    assert BlockType.TABLE_ROW not in {each.type for each in reading.document.blocks}
    assert " ".join(texts(reading)).split() == " ".join(cells).split()


def test_justified_lines_beside_a_narrow_gutter_stay_whole(tmp_path: Path) -> None:
    """Gaps between their words may be wider than the gutter."""
    cells = wrapped(f"{FRENCH} {FRENCH} {FRENCH}", width=110, size=10)
    height = -(-len(cells) // 3)

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for row in range(height):
            for column, cell in enumerate(cells[row::height]):
                words = cell.split()
                spaces = 110 - sum(stringWidth(each, "Helvetica", 10) for each in words)
                x = 40.0 + column * 119
                for word in words:
                    canvas.drawString(x, 760 - 13 * row, word)
                    x += stringWidth(word, "Helvetica", 10)
                    x += spaces / max(1, len(words) - 1)

    reading = read(save_pdf(tmp_path / "justified.pdf", [draw]))

    assert BlockType.TABLE_ROW not in {each.type for each in reading.document.blocks}
    assert " ".join(texts(reading)).split() == " ".join(cells).split()


def test_cells_beside_a_narrow_gap_are_no_columns_of_text(tmp_path: Path) -> None:
    """A row of a table without ruling lines is read from left to right."""
    rows = [(f"District {n}", f"{n} lamps", f"{2000 + n}") for n in range(8)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, row in enumerate(rows):
            for x, cell in zip((50, 112, 160), row, strict=True):
                canvas.drawString(x, 760 - 13 * number, cell)

    reading = read(save_pdf(tmp_path / "cells.pdf", [draw]))

    whole = " ".join(" ".join(texts(reading)).replace("|", " ").split())
    assert whole == " ".join(" ".join(row) for row in rows)


def test_a_long_run_of_capitals_in_a_glued_line_is_read(tmp_path: Path) -> None:
    """A manual of 2,486 pages had one, and was called damaged."""
    glued = [each.replace(" ", "") for each in wrapped(ENGLISH)] * 3
    code = f"{'ABCDEFGHIJ' * 3}andtheforthe"

    reading = read(save_pdf(tmp_path / "manual.pdf", [page_of(*glued, code)]))

    assert "ABCDEFGHIJ" * 3 in " ".join(texts(reading))


def test_a_heading_across_columns_comes_before_them(tmp_path: Path) -> None:
    """It separates the blocks above from those below."""

    def draw(canvas: Canvas) -> None:
        title = "A title that goes across both columns of this page"
        lines(canvas, [title], size=20, y=760)
        left, right = (
            wrapped(ENGLISH, width=190, size=9),
            wrapped(ENGLISH.upper(), width=190, size=9),
        )
        lines(canvas, left, x=60, y=720, size=9)
        lines(canvas, right, x=320, y=720, size=9)

    reading = read(save_pdf(tmp_path / "title.pdf", [draw]))

    blocks = texts(reading)
    assert blocks[0] == "A title that goes across both columns of this page"
    assert reading.document.blocks[0].type is BlockType.HEADING
    assert blocks[1].startswith("The city police")
    assert " ".join(blocks[1:]) == f"{ENGLISH} {ENGLISH.upper()}"


def report_page(number: int) -> Draw:
    """Return a function that draws a page with a header and a page number."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Report on social media in public security"], size=8, y=810)
        lines(canvas, [str(number)], x=300, size=9, y=30)
        name = chr(ord("a") + number) * 3
        lines(canvas, wrapped(ENGLISH.replace(" ", f" {name} ", number)))

    return draw


def test_headers_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    """The printed number becomes the page label."""
    pages = [report_page(number) for number in range(11, 17)]

    reading = read(save_pdf(tmp_path / "report.pdf", pages))

    assert len(texts(reading)) == 6
    assert texts(reading)[0].startswith("The lll city lll police")
    assert all("Report on" not in text for text in texts(reading))
    assert [page.label for page in reading.pages] == [str(n) for n in range(11, 17)]
    first = reading.document.blocks[0]
    assert (first.page, first.page_label) == (1, "11")


def test_numbered_headings_at_the_top_of_pages_stay(tmp_path: Path) -> None:
    """« Recommendation 1, 2, 3 » increases like a page number."""

    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            title = [f"Recommendation {number}"]
            y = lines(canvas, title, size=16, font="Helvetica-Bold")
            lines(canvas, wrapped(f"Do {number} things. {ENGLISH}"), y=y - 10)

        return draw

    plain = [page_of(*wrapped(ENGLISH)) for _ in range(2)]
    path = save_pdf(tmp_path / "recs.pdf", [*plain, *map(page, range(1, 6))])

    reading = read(path)

    expected = [f"Recommendation {number}" for number in range(1, 6)]
    assert texts(reading, BlockType.HEADING) == expected


def test_hyphenated_words_are_joined(tmp_path: Path) -> None:
    """« communi- cation » is one word, « vous- même » keeps its hyphen."""
    path = save_pdf(
        tmp_path / "cut.pdf",
        [
            page_of(
                "La communication avec les habitants commence avant, et la communi-",
                "cation continue après. Il faut décider de cela vous-même, et vous-",
                "même seulement, avec les associations et les services de Seine-",
                "Saint-Denis, qui connaissent bien le quartier et ses habitants.",
            )
        ],
    )

    reading = read(path)

    (text,) = texts(reading)
    assert "et la communication continue" in text
    assert "et vous-même seulement" in text
    assert "Seine-Saint-Denis" in text
    assert reading.repairs.hyphens == 1


def test_spaces_are_inferred_from_gaps(tmp_path: Path) -> None:
    """Some files draw each word by itself, without space glyphs."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        for row, line in enumerate(wrapped(ENGLISH)):
            x = 72.0
            for word in line.split():
                canvas.drawString(x, 760 - row * LEADING, word)
                x += canvas.stringWidth(word) + 3

    reading = read(save_pdf(tmp_path / "gaps.pdf", [draw]))

    assert texts(reading) == [ENGLISH]
    assert reading.repairs.spaces > 20


def test_glued_words_are_split_by_a_word_list(tmp_path: Path) -> None:
    """The text layer has no gaps."""
    glued = [
        "TheresearchleadingtotheseresultshasreceivedfundingfromtheEuropeanUnion.",
        "Lespoliciersutilisentlesréseauxsociauxpourcommuniqueraveclapopulation.",
    ]
    path = save_pdf(tmp_path / "glued.pdf", [page_of(*glued)])

    text = " ".join(texts(read(path)))

    assert "The research leading to these results has received funding" in text
    assert "from the European Union." in text
    assert "Les policiers utilisent les réseaux sociaux" in text


def test_loose_accents_are_composed(tmp_path: Path) -> None:
    """TeX draws an accent, then its letter."""
    page_lines = "La société et la sécurité de tous".replace("é", "\u00b4e")
    path = save_pdf(tmp_path / "tex.pdf", [page_of(page_lines)])

    reading = read(path)

    assert texts(reading) == ["La société et la sécurité de tous"]
    assert reading.repairs.accents == 4


def test_bookmarks_decide_on_heading_levels(tmp_path: Path) -> None:
    """They take precedence over font sizes."""
    path = save_pdf(
        tmp_path / "outline.pdf",
        [
            page_of("Part one", *wrapped(ENGLISH)),
            page_of("A smaller part", *wrapped(FRENCH)),
        ],
        outline=[("Part one", 0, 1), ("A smaller part", 1, 2)],
    )

    reading = read(path)

    titles = [b for b in reading.document.blocks if b.type is BlockType.HEADING]
    assert [(title.text, title.level) for title in titles] == [
        ("Part one", 1),
        ("A smaller part", 2),
    ]


def test_a_long_number_in_a_file_with_bookmarks_takes_no_time(tmp_path: Path) -> None:
    """Bookmarks are looked up without their numbers."""
    number = "1" * 60
    path = save_pdf(
        tmp_path / "number.pdf",
        [page_of("Part one", number, *wrapped(ENGLISH))],
        outline=[("Part one", 0, 1)],
    )

    assert any(number in block.text for block in read(path).document.blocks)


def test_a_ruled_table_is_read_row_by_row(tmp_path: Path) -> None:
    """The cells are in order, from left to right."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, wrapped(ENGLISH))
        xs, ys = [72, 200, 330, 460], [600, 570, 530]
        canvas.grid(xs, ys)
        lines(canvas, ["Ville"], x=76, y=585)
        lines(canvas, ["Habitants"], x=204, y=585)
        lines(canvas, ["Réseau"], x=334, y=585)
        lines(canvas, ["Mantes-", "la-Jolie"], x=76, y=555)
        lines(canvas, ["44 000"], x=204, y=548)
        lines(canvas, ["Facebook et", "Twitter"], x=334, y=555)

    reading = read(save_pdf(tmp_path / "table.pdf", [draw]))

    rows = [b for b in reading.document.blocks if b.type is BlockType.TABLE_ROW]
    assert [row.cells for row in rows] == [
        ("Ville", "Habitants", "Réseau"),
        ("Mantes-la-Jolie", "44 000", "Facebook et Twitter"),
    ]
    assert rows[0].text == "Ville | Habitants | Réseau"


def test_a_table_without_lines_is_read_row_by_row(tmp_path: Path) -> None:
    """Gaps separate its cells."""
    rows = [("Bologna", "2016", "Italy"), ("Riga", "2017", "Latvia")] * 3

    def draw(canvas: Canvas) -> None:
        lines(canvas, wrapped(ENGLISH))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                lines(canvas, [cell], x=72 + 150 * column, y=600 - 20 * row)

    reading = read(save_pdf(tmp_path / "white.pdf", [draw]))

    assert texts(reading, BlockType.TABLE_ROW) == [" | ".join(row) for row in rows]


def test_footnotes_are_separate_and_their_references_dropped(tmp_path: Path) -> None:
    """The sentence continues on the next page."""

    def first(canvas: Canvas) -> None:
        y = lines(canvas, wrapped(ENGLISH))
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, y, "The police of the city")
        x = 72 + canvas.stringWidth("The police of the city")
        canvas.setFont("Helvetica", 6)
        canvas.drawString(x, y + 4, "12")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(x + 8, y, "tell people each morning what they know and they")
        canvas.setFont("Helvetica", 5)
        canvas.drawString(72, 83, "12")
        lines(canvas, ["See the report of the first workshop."], x=79, y=80, size=8)

    def second(canvas: Canvas) -> None:
        lines(canvas, wrapped(f"answer questions until noon. {ENGLISH}"))

    reading = read(save_pdf(tmp_path / "note.pdf", [first, second]))

    assert texts(reading, BlockType.NOTE) == [
        "12 See the report of the first workshop."
    ]
    paragraphs = " ".join(texts(reading, BlockType.PARAGRAPH))
    assert (
        "The police of the city tell people each morning what they know and they "
        "answer questions until noon."
    ) in paragraphs


def test_each_list_item_is_one_block(tmp_path: Path) -> None:
    """An item may have several lines."""
    path = save_pdf(
        tmp_path / "list.pdf",
        [
            page_of(
                "The city should do the following things before the next summer comes:",
                "• name one person who answers on social media, and give that one",
                "the right to answer without asking anyone",
                "• train elected officials",
                "1. write down what was learned",
            )
        ],
    )

    items = texts(read(path), BlockType.LIST_ITEM)

    assert items == [
        (
            "name one person who answers on social media, and give that one the right "
            "to answer without asking anyone"
        ),
        "train elected officials",
        "1. write down what was learned",
    ]


def test_a_rotated_page_is_read(tmp_path: Path) -> None:
    """Wide tables are often printed in landscape."""

    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        lines(canvas, wrapped(ENGLISH), x=80, y=-100)

    reading = read(save_pdf(tmp_path / "turned.pdf", [draw]))

    assert texts(reading) == [ENGLISH]


def test_a_scan_is_refused(tmp_path: Path) -> None:
    """The reason is `SCANNED`."""
    path = save_pdf(tmp_path / "scan.pdf", [picture_page, picture_page])

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.SCANNED


def test_a_scanned_page_among_others_is_flagged(tmp_path: Path) -> None:
    """The other pages are read."""
    pages = [page_of(*wrapped(ENGLISH)), picture_page]

    reading = read(save_pdf(tmp_path / "mixed.pdf", pages))

    assert [page.is_scanned for page in reading.pages] == [False, True]
    assert texts(reading) == [ENGLISH]


def test_gibberish_is_no_text(tmp_path: Path) -> None:
    """A font without a character map yields gibberish."""
    shifted = "".join(chr(ord(c) + 1) if c.isalpha() else c for c in ENGLISH * 3)
    path = save_pdf(tmp_path / "garbled.pdf", [page_of(*wrapped(shifted))])

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.NO_TEXT


def test_italian_is_no_gibberish(tmp_path: Path) -> None:
    """Text in other languages is kept."""
    italian = (
        "La polizia municipale risponde ai cittadini sui social network, e gli "
        "amministratori decidono insieme che cosa si debba dire durante la crisi."
    )
    reading = read(save_pdf(tmp_path / "it.pdf", [page_of(*wrapped(italian))]))

    assert texts(reading) == [italian]
    assert reading.locale is None


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    """The reason is `ENCRYPTED`."""
    path = save_pdf(tmp_path / "secret.pdf", [page_of(ENGLISH)], is_secret=True)

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.ENCRYPTED


def test_file_properties_are_returned(tmp_path: Path) -> None:
    """Title, authors and date are those of the file."""
    path = save_pdf(
        tmp_path / "d2.6.pdf",
        [page_of(ENGLISH)],
        title="D2.6 Été",
        author="A. Person; B. Other",
    )

    properties = read(path).properties

    assert properties.title == "D2.6 Été"
    assert properties.authors == ("A. Person", "B. Other")
    assert properties.created


def test_blocks_have_page_numbers(tmp_path: Path) -> None:
    """A passage links to its page."""
    pages = [page_of(*wrapped(ENGLISH)), page_of(*wrapped(FRENCH))]

    reading = read(save_pdf(tmp_path / "two.pdf", pages))

    blocks: tuple[Block, ...] = reading.document.blocks
    assert [block.page for block in blocks] == [1, 2]
    assert [page.locale for page in reading.pages] == [Locale.EN, Locale.FR]


@pytest.mark.load
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract")
def test_a_scan_is_read_by_ocr(tmp_path: Path) -> None:
    """The page is flagged as recognised."""
    page = page_of(*wrapped(ENGLISH, size=14), size=14)
    drawn = save_pdf(tmp_path / "text.pdf", [page])
    path = save_pdf(tmp_path / "scan.pdf", [picture_of(drawn)])

    reading = read_file(path, ocr=True)

    assert "answer people on social media" in " ".join(texts(reading))
    assert reading.pages[0].is_recognised
    assert reading.locale is Locale.EN


@pytest.mark.parametrize("is_filled", [False, True], ids=["framed", "shaded"])
def test_a_box_is_separate_from_the_text_around_it(
    tmp_path: Path, *, is_filled: bool
) -> None:
    """Its lines do not mix with those beside it."""
    practice = "Riga answers every question within one hour, night and day, as it can."

    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.85)
        canvas.rect(330, 600, 200, 130, fill=int(is_filled), stroke=int(not is_filled))
        canvas.setFillGray(0)
        lines(canvas, wrapped(ENGLISH, width=240, size=10), size=10, y=715)
        title = ["Good practice: Riga"]
        y = lines(canvas, title, x=340, y=712, size=10, font="Helvetica-Bold")
        lines(canvas, wrapped(practice, width=180, size=10), x=340, y=y, size=10)

    blocks = texts(read(save_pdf(tmp_path / "box.pdf", [draw])))

    assert sorted(blocks) == sorted([ENGLISH, "Good practice: Riga", practice])
    assert blocks.index(practice) == blocks.index("Good practice: Riga") + 1


def test_bands_of_a_cover_are_no_table(tmp_path: Path) -> None:
    """Their edges go through words; the words of a line stay together."""
    title = ["VALORISATION DES COPRODUITS", "DE LA FILIÈRE LIN", "EN MATÉRIAUX"]

    def draw(canvas: Canvas) -> None:
        canvas.grid([40, 190, 300, 560], [780, 640, 500, 300])
        lines(canvas, title, x=60, y=600, size=24, font="Helvetica-Bold")
        lines(canvas, ["Octobre 2020"], x=60, y=460)

    reading = read(save_pdf(tmp_path / "bands.pdf", [draw]))

    assert " ".join(texts(reading)) == " ".join([*title, "Octobre 2020"])


@pytest.mark.parametrize(
    ("title", "date", "is_table"), [(26, 12, False), (16, 11, False), (12, 11, True)]
)
def test_boxes_with_a_title_are_no_table(
    tmp_path: Path, title: int, date: int, *, is_table: bool
) -> None:
    """Letters of several sizes in a box, or very large ones, are those of a cover."""

    def draw(canvas: Canvas) -> None:
        canvas.grid([40, 200, 560], [780, 600, 400])
        lines(canvas, ["Quiet Quays"], x=50, y=700, size=12)
        lines(canvas, ["Living by the water"], x=210, y=700, size=title)
        lines(canvas, ["Action plan, May 2022"], x=210, y=650, size=date)
        lines(canvas, ["European Union"], x=50, y=500, size=11)

    reading = read(save_pdf(tmp_path / "boxes.pdf", [draw]))

    types = {block.type for block in reading.document.blocks}
    assert (BlockType.TABLE_ROW in types) is is_table


def test_blocks_have_the_size_of_their_letters(tmp_path: Path) -> None:
    """It is relative to most of the text: a title, its subtitle, the text."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Living by the water"], x=60, y=760, size=24)
        lines(canvas, ["What three towns tried"], x=60, y=700, size=15)
        for number in range(12):
            lines(canvas, [ENGLISH], x=60, y=600 - 30 * number, size=10)

    reading = read(save_pdf(tmp_path / "sizes.pdf", [draw]))

    assert [block.size for block in reading.document.blocks[:3]] == [2.4, 1.5, 1.0]


def test_small_type_in_a_cell_stays_in_its_column(tmp_path: Path) -> None:
    """An empty cell does not shift the others."""

    def draw(canvas: Canvas) -> None:
        canvas.grid([72, 200, 330, 460], [600, 570, 540])
        for x, y, text in ((76, 580, "A"), (204, 580, "B"), (334, 580, "C")):
            lines(canvas, [text], x=x, y=y)
        for x, y, text in ((76, 550, "one"), (334, 550, "three")):
            lines(canvas, [text], x=x, y=y)

    reading = read(save_pdf(tmp_path / "empty.pdf", [draw]))

    rows = [b for b in reading.document.blocks if b.type is BlockType.TABLE_ROW]
    assert [row.cells for row in rows] == [("A", "B", "C"), ("one", "", "three")]


def test_an_entry_of_contents_keeps_its_page_number(tmp_path: Path) -> None:
    """The leader becomes an ellipsis."""
    contents = [f"Chapter of things {'.' * 60} {n}" for n in (3, 5, 9)]
    path = save_pdf(tmp_path / "toc.pdf", [page_of(*contents)])

    assert texts(read(path)) == [f"Chapter of things … {n}" for n in (3, 5, 9)]


def test_a_heading_below_two_columns_belongs_to_the_text_after_it(
    tmp_path: Path,
) -> None:
    """It is under the left column, and not the end of it."""

    def draw(canvas: Canvas) -> None:
        left, right = wrapped(ENGLISH, width=200), wrapped(FRENCH, width=200)
        y = lines(canvas, left, x=60)
        y = min(y, lines(canvas, right, x=320))
        y = lines(canvas, ["What to do"], x=60, y=y - 20, size=16)
        lines(canvas, wrapped(ENGLISH.replace("The", "A")), x=60, y=y)

    reading = read(save_pdf(tmp_path / "below.pdf", [draw]))

    assert texts(reading) == [
        ENGLISH,
        FRENCH,
        "What to do",
        ENGLISH.replace("The", "A"),
    ]


def test_a_table_with_horizontal_lines_only(tmp_path: Path) -> None:
    """Gaps separate its columns, and its cells have several lines."""
    rows = [
        (["City"], ["Networks"], ["Delay"]),
        (["Riga"], ["Facebook and", "Twitter"], ["an hour"]),
        (["Bologna"], ["Facebook"], ["a day, or two", "in summer"]),
        (["Montreuil"], ["Telegram"], ["a week"]),
    ]

    def draw(canvas: Canvas) -> None:
        lines(canvas, wrapped(ENGLISH))
        y = 600.0
        for cells in rows:
            for x, cell in zip((74, 130, 210), cells, strict=True):
                lines(canvas, cell, x=x, y=y)
            y -= 14 * max(map(len, cells)) + 6
            canvas.line(72, y + 14, 400, y + 14)

    reading = read(save_pdf(tmp_path / "open.pdf", [draw]))

    blocks = [b for b in reading.document.blocks if b.type is BlockType.TABLE_ROW]
    assert [row.cells for row in blocks] == [
        tuple(" ".join(cell) for cell in cells) for cells in rows
    ]


def test_a_drawn_dot_is_a_bullet(tmp_path: Path) -> None:
    """Browsers draw bullets as shapes."""

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Do this:", "train the police", "listen to people"])
        for y in (750, 736):
            canvas.circle(64, y, 2, fill=1)

    reading = read(save_pdf(tmp_path / "dots.pdf", [draw]))

    items = texts(reading, BlockType.LIST_ITEM)
    assert items == ["train the police", "listen to people"]


def test_a_bookmark_of_many_numerals_is_compared_at_once() -> None:
    """The pattern of a number does not try each way to split its letters."""
    title = "xvlc" * 25

    assert bookmark_level({1: {title: 2}}, 1, f"{title}!") == 2
