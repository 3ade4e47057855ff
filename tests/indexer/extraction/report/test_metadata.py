"""What a document says of itself is found with its place, and never more."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.extraction.report.metadata import find_metadata, is_closed
from indexer.extraction.report.text_dates import date_of, dates_in
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from indexer.model.readings import FileProperties
from indexer.readers.dispatch import read
from tests.support.archives import save_zip, word_document, word_paragraph
from tests.support.documents import a_document
from tests.support.pdfs import lines, save_pdf, wrapped

ENGLISH_COVER = """
# Deliverable D2.6
# Workshop 4 Report: Everyday Security
| Project acronym | MEDI@4SEC |
| Grant agreement no | 700281 |
| Lead beneficiary | Efus |
| Authors | P. de la Torre (Efus), A. Martin and B. Smith |
| Submission date | 20 February 2018 |
| Dissemination level | Public |
=== 2 (ii)
# Executive summary
This report tells how cities and police forces use social media every day. It is long.
=== 3
# Introduction
In deliverable D2.1 and in D2.1 again, much was said on 3 March 2017.
=== 9
This work is under CC BY-SA 4.0.
"""
FRENCH_COVER = """
# Livrable D4.1
# Les recommandations de l’atelier de Montreuil
Auteurs : Élise Dupont, Jean-Marc Le Goff et Zoé Œuvrard
Montreuil, le 7 décembre 2018
Chef de file : Forum européen pour la sécurité urbaine
# Résumé
L’atelier a réuni des élus et des agents qui travaillent avec les réseaux sociaux.
Tous droits réservés
"""


def facts_of(
    text: str, *, name: str = "report.pdf", properties: FileProperties | None = None
) -> dict[MetadataField, ExtractedFact]:
    """Give what is found, by field."""
    found = find_metadata(a_document(text), properties or FileProperties(), name)
    facts = {fact.field: fact for fact in found}
    assert len(facts) == len(found)
    return facts


def values_of(facts: dict[MetadataField, ExtractedFact]) -> dict[str, str]:
    """Give the values alone."""
    return {field.value: fact.value for field, fact in facts.items()}


def test_an_english_cover_is_read() -> None:
    """All that staff would have to type."""
    facts = facts_of(ENGLISH_COVER)

    assert values_of(facts) == {
        "code": "D2.6",
        "title": "Workshop 4 Report: Everyday Security",
        "summary": "This report tells how cities and police forces use social media "
        "every day.",
        "authors": "P. de la Torre, A. Martin, B. Smith",
        "lead": "Efus",
        "date": "2018-02-20",
        "language": "en",
        "type": "workshop-report",
        "project": "MEDI@4SEC",
        "licence": "CC BY-SA 4.0",
        "dissemination": "Public",
    }
    assert facts[MetadataField.SUMMARY].whence.page == 2
    assert facts[MetadataField.LICENCE].whence.page == 9
    assert "20 February" in facts[MetadataField.DATE].whence.quotation


def test_a_french_cover_is_read() -> None:
    """Half of what is received is in French."""
    facts = facts_of(FRENCH_COVER)

    assert values_of(facts) == {
        "code": "D4.1",
        "title": "Les recommandations de l’atelier de Montreuil",
        "summary": "L’atelier a réuni des élus et des agents qui travaillent avec les "
        "réseaux sociaux.",
        "authors": "Élise Dupont, Jean-Marc Le Goff, Zoé Œuvrard",
        "lead": "Forum européen pour la sécurité urbaine",
        "date": "2018-12-07",
        "language": "fr",
        "type": "report",
        "licence": "Tous droits réservés",
    }


def test_properties_of_a_file_are_believed_little() -> None:
    """They are often those of the file that it was made from."""
    facts = facts_of(
        "A text that has no cover at all, and goes on and on.",
        properties=FileProperties(
            title="Annual report on lamps",
            authors=("A. Martin", "Microsoft Office User"),
            created="D:20180220120000+01'00'",
        ),
    )

    assert values_of(facts) == {
        "title": "Annual report on lamps",
        "authors": "A. Martin",
        "date": "2018-02-20",
        "language": "en",
        "type": "report",
    }
    assert facts[MetadataField.TITLE].sureness is Likelihood.LOW
    assert facts[MetadataField.TITLE].whence.property == "title"


@pytest.mark.parametrize(
    "title",
    ["Microsoft Word - D2.6 final.docx", "untitled", "Présentation PowerPoint", "x"],
)
def test_a_title_that_says_nothing_is_left(title: str) -> None:
    """The name of another file is no title."""
    facts = facts_of("Body.", properties=FileProperties(title=title), name="a.pdf")

    assert MetadataField.TITLE not in facts


def test_the_name_of_the_file_is_the_last_resort() -> None:
    """It is better than nothing, and said to be just that."""
    facts = facts_of("Body.", name="D3.5_Guidelines-for_cities.pdf")

    assert facts[MetadataField.CODE].value == "D3.5"
    assert facts[MetadataField.CODE].whence.property == "name"
    assert facts[MetadataField.TITLE].value == "Guidelines for cities"
    assert facts[MetadataField.TITLE].sureness is Likelihood.LOW


CODED_TITLES = pytest.mark.parametrize(
    ("heading", "code", "title"),
    [
        ("D9.1 Recommendations", "D9.1", "Recommendations"),
        ("D1.8.1 Technical report", "D1.8.1", "Technical report"),
        ("Deliverable D2.6: Everyday security", "D2.6", "Everyday security"),
        ("Livrable D4.1 – Les lampes", "D4.1", "Les lampes"),
        ("D3.2.10.4 Lamps", "D3.2.10.4", "Lamps"),
    ],
)


@CODED_TITLES
@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
def test_a_heading_is_split_into_code_and_title(
    tmp_path: Path, suffix: str, heading: str, code: str, title: str
) -> None:
    """The code and the title are whole, in a PDF as in a DOCX."""
    path = tmp_path / f"report{suffix}"
    if suffix == ".pdf":
        save_pdf(path, [lambda canvas: draw_report(canvas, heading)])
    else:
        style = '<w:pStyle w:val="Heading1"/>'
        body = word_paragraph(heading, style) + word_paragraph(BODY)
        save_zip(path, {"word/document.xml": word_document(body)})

    reading = read(path)
    found = find_metadata(reading.document, reading.properties, reading.name)

    values = values_of({fact.field: fact for fact in found})
    assert (values["code"], values["title"]) == (code, title)


def draw_report(canvas: Canvas, heading: str) -> None:
    """Draw a page with a heading and a paragraph."""
    y = lines(canvas, [heading], size=22, font="Helvetica-Bold")
    lines(canvas, wrapped(BODY), y=y - 20)


@CODED_TITLES
def test_a_file_name_is_split_into_code_and_title(
    heading: str, code: str, title: str
) -> None:
    """The name of a file without a cover has the same form as a heading."""
    name = heading.replace(":", "").replace(" ", "_")

    values = values_of(facts_of("Body.", name=f"{name}.pdf"))

    assert (values["code"], values["title"]) == (code, title)


def test_another_deliverable_that_is_cited_is_not_the_code() -> None:
    """The name of the file and the cover agree, the text speaks of others."""
    text = "# Report on lamps\nDeliverable D9.2\n=== 2\nSee D1.1, D1.2 and D1.3."

    assert facts_of(text)[MetadataField.CODE].value == "D9.2"


def test_nothing_is_invented() -> None:
    """A document without a word says nothing of itself."""
    assert facts_of("", name="a.pdf") == {}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("Public", False), ("Confidential", True), ("CO", True), ("Restreint", True)],
)
def test_a_closed_document_is_noticed(level: str, *, expected: bool) -> None:
    """It must not be published by mistake."""
    found = find_metadata(
        a_document(f"| Dissemination level | {level} |"), FileProperties(), "a.pdf"
    )

    assert is_closed(found) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CONFIDENTIEL – NE PAS DIFFUSER", True),
        ("Document à usage interne", True),
        ("Not for publication", True),
        ("Strictly confidential", True),
        (
            "Confidential reporting lines helped the town to hear witnesses again.",
            False,
        ),
        ("La diffusion des bonnes pratiques", False),
    ],
)
def test_a_stamp_on_the_cover_is_noticed(line: str, *, expected: bool) -> None:
    """It has no label before it, and is not a sentence that speaks of such things."""
    found = find_metadata(a_document(f"# A report\n{line}"), FileProperties(), "a.pdf")

    assert is_closed(found) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 February 2018", "2018-02-20"),
        ("February 20th, 2018", "2018-02-20"),
        ("1er août 2019", "2019-08-01"),
        ("le 7 décembre 2018", "2018-12-07"),
        ("07/12/2018", "2018-12-07"),
        ("2018-10-30", "2018-10-30"),
        ("Mars 2025", "2025-03"),
        ("Deliverable D3.4 March 2018", "2018-03"),
        ("Sept. 2017", "2017-09"),
    ],
)
def test_dates_are_read_in_both_languages(text: str, expected: str) -> None:
    """As covers write them."""
    assert [str(date) for date in dates_in(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30/10/2018", "2018-10-30"),
        ("1er  août 2019", "2019-08-01"),
        ("October 2018", "2018-10"),
        ("2018-10-30", "2018-10-30"),
        ("3-5 mars 2025", None),
        ("31/02/2018", None),
        ("2018", None),
    ],
)
def test_a_text_that_is_a_date_alone_is_one(text: str, expected: str | None) -> None:
    """What holds more than a date is not guessed at."""
    found = date_of(text)

    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize("text", ["31/02/2018", "in 2018", "99 May 2018", "12345678"])
def test_what_is_no_date_is_left(text: str) -> None:
    """No date is better than a wrong one."""
    assert "2018-02" not in {str(each) for each in dates_in(text)}


def test_lines_that_were_read_as_one_are_told_apart() -> None:
    """Covers are often set in lines that follow one another closely."""
    facts = facts_of(
        "Authors: A. Martin, B. Smith Submission date: 20 February 2018 "
        "Licence: CC BY 4.0"
    )

    assert facts[MetadataField.AUTHORS].values == ("A. Martin", "B. Smith")
    assert facts[MetadataField.DATE].value == "2018-02-20"
    assert facts[MetadataField.LICENCE].value == "CC BY 4.0"


def test_who_publishes_is_not_the_title() -> None:
    """The name of a ministry stands above what it publishes."""
    facts = facts_of(
        "# Direction interministérielle du numérique\n# Les lampes de la ville"
    )

    assert facts[MetadataField.TITLE].value == "Les lampes de la ville"


BODY = (
    "The city has worked for three years with its police, its schools and those who "
    "live there, and this text tells what came of it, by street and by year, so far."
)


@pytest.mark.parametrize(
    ("text", "name", "told", "expected"),
    [
        (f"## Avant-propos\n{BODY}\n# Les lampes", "a.pdf", "", ""),
        (
            f"# Copyright and licence\n{BODY}",
            "a.pdf",
            "Lamps at night",
            "Lamps at night",
        ),
        ("# Chapter 1\n# Lamps at night", "a.pdf", "", "Lamps at night"),
        (f"{BODY}\n# What was done", "a.pdf", "", ""),
        (
            "# Lamps at night\nText.",
            "a.html",
            "Lamps at night | City",
            "Lamps at night",
        ),
        ("Objet : les lampes", "a.htm", "TR : RE: Les lampes", "Les lampes"),
    ],
    ids=["foreword", "licence", "chapter", "after the text", "site", "answered"],
)
def test_the_title_of_a_part_is_not_that_of_the_whole(
    text: str, name: str, told: str, expected: str
) -> None:
    """No title is better than a wrong one: a person sees that it is missing."""
    facts = facts_of(text, name=name, properties=FileProperties(title=told))

    title = facts.get(MetadataField.TITLE)
    assert (title.value if title is not None else "") == expected


def test_a_licence_keeps_its_version() -> None:
    """A full stop within a number ends no sentence."""
    facts = facts_of(
        "Under a Creative Commons Attribution-ShareAlike 4.0 licence. Yes."
    )

    assert facts[MetadataField.LICENCE].value == (
        "Creative Commons Attribution-ShareAlike 4.0 licence"
    )


def test_the_date_of_a_note_or_of_a_row_is_not_that_of_the_document() -> None:
    """A note dates what it names, a row of a calendar what will be done."""
    facts = facts_of(
        "# Les lampes\n| Janvier 2017 | Atelier |\n^ 1 Délibération du 12 mars 2016."
    )

    assert MetadataField.DATE not in facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rédigé par Anne Durand et Paul Klein", ("Anne Durand", "Paul Klein")),
        ("Prepared by A. Martin (Efus), B. Smith", ("A. Martin", "B. Smith")),
        ("Written by the team. It met twice.", ()),
        ("Authors say that this is hard.", ()),
    ],
)
def test_who_signs_without_a_colon_is_an_author(
    text: str, expected: tuple[str, ...]
) -> None:
    """Covers say « Rédigé par » as sentences do."""
    facts = facts_of(f"# Les lampes\n{text}")

    found = facts.get(MetadataField.AUTHORS)
    assert (found.values if found is not None else ()) == expected


@pytest.mark.parametrize("told", ["Sans nom 1", "Mise en page 1", "Untitled-2.indd"])
def test_the_name_that_a_program_gives_is_no_title(told: str) -> None:
    """Programs name what nobody named."""
    facts = facts_of(
        "Du texte, et rien.", name="a.pdf", properties=FileProperties(told)
    )

    assert MetadataField.TITLE not in facts
