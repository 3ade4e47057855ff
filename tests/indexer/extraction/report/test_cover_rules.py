"""One test for each rule by which covers of real reports are read; words invented."""

import dataclasses

import pytest

from indexer.extraction.report.metadata import find_metadata
from indexer.model.document import Block, BlockType, Document, FileProperties
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from tests.support.documents import a_document

Facts = dict[MetadataField, ExtractedFact]


def facts_of(
    *blocks: Block, name: str = "a.pdf", margins: tuple[str, ...] = ()
) -> Facts:
    """Return the facts of a document of one page, by field."""
    paged = tuple(dataclasses.replace(block, page=block.page or 1) for block in blocks)
    headers = tuple(Block(BlockType.NOTE, text, page=2) for text in margins)
    found = find_metadata(Document(paged), FileProperties(), name, headers)
    return {fact.field: fact for fact in found}


def line(text: str, size: float = 1.0, page: int = 1) -> Block:
    """Return a line of a cover; in large letters, it is a heading."""
    type_ = BlockType.HEADING if size > 1 else BlockType.PARAGRAPH
    return Block(type_, text, page=page, size=size)


def row(*cells: str) -> Block:
    """Return a row of a table."""
    return Block(BlockType.TABLE_ROW, " | ".join(cells), cells=cells)


@pytest.mark.parametrize(
    "value",
    ["WP2 – D2.5 – Lamps of towns", "D2.5: Lamps of towns", "Lamps of towns (D2.5)"],
)
@pytest.mark.parametrize("label", ["Title", "Titre du livrable", "Título", "Titel"])
def test_a_labelled_title_is_without_its_code(label: str, value: str) -> None:
    """Work package and code are before or after it."""
    facts = facts_of(line("HORIZON 731529", 2.0), row(label, ":", value))

    assert facts[MetadataField.TITLE].value == "Lamps of towns"
    assert facts[MetadataField.CODE].value == "D2.5"


def test_a_title_that_a_table_cuts_is_whole_on_the_cover() -> None:
    """The last word stands alone beside its label."""
    facts = facts_of(
        line("Lamps of small towns", 2.0), row("Title of Deliverable", ":", "towns")
    )

    assert facts[MetadataField.TITLE].value == "Lamps of small towns"


@pytest.mark.parametrize(
    "code",
    ["REPORT ON D1.2,", "REPORT ON OpenLampKit DELIVERABLE D1.2", "Livrable 1.2"],
)
def test_the_title_is_below_the_code(code: str) -> None:
    """The letters of a cover by LaTeX have one size; “led by” is no title."""
    facts = facts_of(
        line(code),
        line("LEAD BY Université de Corvanes :"),
        line("Lamps that the towns have chosen."),
        line("ADA BYRNE", 0.8),
    )

    assert facts[MetadataField.TITLE].value == "Lamps that the towns have chosen"
    assert facts[MetadataField.CODE].value == "D1.2"


def test_the_title_is_in_the_largest_letters_that_are_words() -> None:
    """A contract number or the name of a project may be larger."""
    facts = facts_of(
        line("SC118DI07171", 2.5), line("LUMIVERT", 2.2), line("Lamps of towns", 1.5)
    )

    assert facts[MetadataField.TITLE].value == "Lamps of towns"


def test_the_title_of_a_leaflet_is_beside_its_text() -> None:
    """Its columns are read one after the other, so that the title is after text."""
    text = line("The lamps help the people of the towns in the night. " * 5)
    facts = facts_of(text, line("Tool: Key Lamps", 1.8), text, line("(KL)", 1.8), text)

    assert facts[MetadataField.TITLE].value == "Tool: Key Lamps (KL)"


def test_a_line_that_is_the_header_of_later_pages_is_the_title() -> None:
    """Large letters of a form say less."""
    facts = facts_of(
        line("Lamps of towns", 1.2),
        line("Document metadata, form four", 1.6),
        margins=("Lamps of towns", "Page 2"),
    )

    assert facts[MetadataField.TITLE].value == "Lamps of towns"


@pytest.mark.parametrize(
    "kind", ["Press release", "Communiqué de presse", "ΔΕΛΤΙΟ ΤΥΠΟΥ", "Nota de prensa"]
)
def test_the_kind_above_a_title_is_none(kind: str) -> None:
    """It has the letters of the title."""
    facts = facts_of(line(kind, 1.3), line("The lamps of the town are new", 1.3))

    assert facts[MetadataField.TITLE].value == "The lamps of the town are new"


@pytest.mark.parametrize("greeting", ["Mesdames, Messieurs,", "Dear colleagues,"])
def test_a_letter_has_a_date_and_no_title(greeting: str) -> None:
    """A name on its head is none."""
    facts = facts_of(
        line("Ministry of Lamps, office B2 Lille, 25 September 2020 Contact:"),
        line("Ada Byrne"),
        line(greeting),
        line("We invite you to the prize."),
        name="invitation EE2020.pdf",
    )

    assert MetadataField.TITLE not in facts
    assert facts[MetadataField.DATE].value == "2020-09-25"


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (("Due Date: 31.10.2016", "Actual Submission Date: 26.10.2016"), "2016-10-26"),
        (("Due on Delivered on Lead 31/08/2019 (M48) 05/09/2019 UVSQ",), "2019-09-05"),
        (("Contractual Delivery Date: M36 November, 30 2019",), "2019-11-30"),
        (("Βερολίνο, 10η Νοεμβρίου 2015",), "2015-11-10"),
        (("Version 2.1 du 23.11.2021",), "2021-11-23"),
        (("2016/12/01 – 2019/11/30", "Copyright © 2024", "Start: 01.05.2015"), None),
    ],
)
def test_the_date_is_that_of_delivery(lines: tuple[str, ...], date: str | None) -> None:
    """A deadline is read without one; a period, a start and a copyright never are."""
    facts = facts_of(line("Lamps of towns", 2.0), *map(line, lines))

    found = facts.get(MetadataField.DATE)
    assert (found.value if found is not None else None) == date


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("D5.3 Lamps\n\nIt follows deliverable D5.1 and D5.1.", "a.pdf", "D5.3"),
        ("Lamps\n\nTitle: D1.5 Lamps", "d15_final.pdf", "D1.5"),
        ("Lamps\n\nIt is the end of D5.1.\n=== 4\nD5.7 is the last.", "a.pdf", "D5.1"),
        ("Lamps of the towns\n=== 2\n# Outline\n\nD5.7 and D5.8", "a.pptx", None),
    ],
)
def test_the_code_begins_a_line_of_the_cover(
    text: str, name: str, code: str | None
) -> None:
    """One in a sentence is unsure; one of a later page is that of another."""
    facts = {
        f.field: f for f in find_metadata(a_document(text), FileProperties(), name)
    }

    found = facts.get(MetadataField.CODE)
    assert (found.value if found is not None else None) == code
    if text.startswith("Lamps\n\nIt"):
        assert found is not None
        assert found.likelihood is Likelihood.LOW


def test_the_authors_are_in_the_table_of_the_author_list() -> None:
    """Its heading is no name; cells between the columns may be empty."""
    facts = facts_of(
        line("Lamps of towns", 2.0),
        line("Author List", 1.3),
        row("", "Organisation", "", "Name", "", "Contact Information"),
        row("UCD", "", "Ada Byrne", "", "ada@example.org"),
        row("TUD", "", "Jan Smit", "", "jan@example.org"),
    )

    assert facts[MetadataField.AUTHORS].values == ("Ada Byrne", "Jan Smit")


def test_authors_are_without_the_bodies_after_them() -> None:
    """The lines of a cell are read as one."""
    facts = facts_of(row("Writers", "Ada Byrne, UCD Jan Smit, TUD Lea Roy Petit, UBO"))

    names = facts[MetadataField.AUTHORS].values
    assert names == ("Ada Byrne", "Jan Smit", "Lea Roy Petit")


@pytest.mark.parametrize(("page", "is_found"), [(4, True), (42, False)])
def test_a_summary_is_near_the_cover(page: int, *, is_found: bool) -> None:
    """Far from it, it is that of a chapter."""
    sentence = "The towns have chosen lamps for the streets, and people like them."
    facts = facts_of(
        line("Lamps of towns", 2.0), line("Summary", 1.3, page), line(sentence, 1, page)
    )

    assert (MetadataField.SUMMARY in facts) is is_found


def test_a_language_that_is_not_ours_is_told() -> None:
    """The reader has found it; French is not the rest of all languages."""
    text = "La ciudad responde a los vecinos en el día, con la policía local."

    found = find_metadata(a_document(text), FileProperties(), "a.pdf", language="es")

    languages = [f.value for f in found if f.field is MetadataField.LANGUAGE]
    assert languages == ["es"]


@pytest.mark.parametrize(
    "above", ["L U M E N", "Direktoratet for lys og veg", "Ministerio de las Luces"]
)
def test_a_body_above_the_title_is_no_title(above: str) -> None:
    """Its letters may be spaced, or its name in any language of Europe."""
    facts = facts_of(line(above, 2.0), line("Lamper i små byer", 2.0))

    assert facts[MetadataField.TITLE].value == "Lamper i små byer"


def test_the_title_of_minutes_has_their_day() -> None:
    """A line with a date is a title if it says that it is minutes."""
    facts = facts_of(
        line("Meeting Minutes Lumivert 2013-03-08"),
        line("Called up by: Ada Byrne"),
        line("Ada Byrne, Jan Smit, Zoe Lind"),
    )

    assert facts[MetadataField.TITLE].value == "Meeting Minutes Lumivert 2013-03-08"
    assert facts[MetadataField.DATE].value == "2013-03-08"


def test_the_footer_of_slides_is_no_title() -> None:
    """It is on the first slide too, in small letters."""
    facts = facts_of(
        line("Lamps of towns", 3.0),
        line("Some place of this talk"),
        margins=("Some place of this talk",),
    )

    assert facts[MetadataField.TITLE].value == "Lamps of towns"


@pytest.mark.parametrize(
    "text",
    ["CENELEC EN 50128:2011 for lamps", "UNE-EN 301549:2019", "ITEA2 Project Call 6"],
)
def test_neither_norms_nor_programmes_are_projects(text: str) -> None:
    """A number after a name in capitals is not always that of a grant."""
    facts = facts_of(line(f"Rules of lamps, {text}"), *[line(text)] * 3)

    assert MetadataField.PROJECT not in facts
    assert MetadataField.DATE not in facts


def test_a_project_begins_with_a_small_letter() -> None:
    """“openETCS” is one word, and its code stands behind it."""
    facts = facts_of(
        line("Lamps of towns", 2.0),
        row("Project referentie:", "openLUX/D3.3"),
    )

    assert facts[MetadataField.PROJECT].value == "openLUX"


def test_the_title_again_on_the_second_page_has_the_date_below() -> None:
    """The first page is then a half-title."""
    facts = facts_of(
        line("Lamps of towns", 2.0),
        line("Lamps of towns", 2.0, page=2),
        line("22/08/2008 status: final", page=2),
    )

    assert facts[MetadataField.DATE].value == "2008-08-22"


def test_versions_are_dated_in_any_language() -> None:
    """The header of the column is “Når” in a Norwegian table."""
    facts = facts_of(
        line("Lamper i små byer", 2.0),
        row("Versjon", "Når", "Hvem"),
        row("1.0", "16.8.2013", "Ada"),
    )

    assert facts[MetadataField.DATE].value == "2013-08-16"


def test_a_publisher_with_its_place_has_the_year() -> None:
    """The imprint of a report is on a later page."""
    facts = facts_of(
        line("Lamps of towns", 2.0), line("Corvanes: Office of Lamps, 2020", page=2)
    )

    assert facts[MetadataField.DATE].value == "2020"


def test_a_project_of_the_references_is_not_the_own_one() -> None:
    """Neither is the number of a catalogue that of a grant."""
    facts = facts_of(
        line("Lamps of towns", 2.0),
        line("KJ-NA-30330-EN-N", page=2),
        line("LUMOR Consortium. Lamps, 2009", page=9),
    )

    assert MetadataField.PROJECT not in facts


@pytest.mark.parametrize(
    ("declared", "language"), [("", "und"), ("es-ES", "es"), ("deu", "de")]
)
def test_a_language_that_the_reader_has_not_found_is_unsure(
    declared: str, language: str
) -> None:
    """A text below the floor is neither French nor English for want of another."""
    properties = FileProperties(language=declared)

    found = find_metadata(a_document("# Zer da hau?"), properties, "a.pdf")

    fact = next(f for f in found if f.field is MetadataField.LANGUAGE)
    assert (fact.value, fact.likelihood) == (language, Likelihood.LOW)
