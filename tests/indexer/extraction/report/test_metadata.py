"""Metadata of documents: values, origins and likelihoods."""

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.extraction.report.metadata import find_metadata
from indexer.extraction.report.restrictions import closed_words
from indexer.model.document import Block, BlockType, Document, FileProperties
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from tests.support.archives import save_zip, word_document, word_paragraph
from tests.support.documents import a_document
from tests.support.file_reading import read
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
    text: str,
    *,
    name: str = "report.pdf",
    properties: FileProperties | None = None,
    language: str = "",
) -> dict[MetadataField, ExtractedFact]:
    """Return the facts of a document by field."""
    properties = properties or FileProperties()
    found = find_metadata(a_document(text), properties, name, language=language)
    facts = {fact.field: fact for fact in found}
    assert len(facts) == len(found)
    return facts


def values_of(facts: dict[MetadataField, ExtractedFact]) -> dict[str, str]:
    """Return the values of facts by field."""
    return {field.value: fact.value for field, fact in facts.items()}


def test_metadata_of_an_english_cover() -> None:
    """All fields are found, with the page of their origin."""
    facts = facts_of(ENGLISH_COVER, language="en")

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
        "grant": "700281",
        "licence": "CC BY-SA 4.0",
        "dissemination": "Public",
    }
    assert facts[MetadataField.SUMMARY].origin.page == 2
    assert facts[MetadataField.LICENCE].origin.page == 9
    assert "20 February" in facts[MetadataField.DATE].origin.quotation


def test_metadata_of_a_french_cover() -> None:
    """French labels are found like English ones."""
    facts = facts_of(FRENCH_COVER, language="fr")

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


def test_file_properties_have_a_low_likelihood() -> None:
    """They are often those of a template."""
    facts = facts_of(
        "A text that has no cover at all, and goes on and on.",
        properties=FileProperties(
            title="Annual report on lamps",
            authors=("A. Martin", "Microsoft Office User"),
            created="D:20180220120000+01'00'",
        ),
        language="en",
    )

    assert values_of(facts) == {
        "title": "Annual report on lamps",
        "authors": "A. Martin",
        "date": "2018-02-20",
        "language": "en",
        "type": "report",
    }
    assert facts[MetadataField.TITLE].likelihood is Likelihood.LOW
    assert facts[MetadataField.TITLE].origin.property == "title"


@pytest.mark.parametrize(
    "title",
    ["Microsoft Word - D2.6 final.docx", "untitled", "Présentation PowerPoint", "x"],
)
def test_meaningless_title_properties_are_ignored(title: str) -> None:
    """Programs set file names and placeholders as titles."""
    facts = facts_of("Body.", properties=FileProperties(title=title), name="a.pdf")

    assert MetadataField.TITLE not in facts


def test_code_and_title_come_from_the_file_name_last() -> None:
    """Their origin is the name, and the likelihood of the title is low."""
    facts = facts_of("Body.", name="D3.5_Guidelines-for_cities.pdf")

    assert facts[MetadataField.CODE].value == "D3.5"
    assert facts[MetadataField.CODE].origin.property == "name"
    assert facts[MetadataField.TITLE].value == "Guidelines for cities"
    assert facts[MetadataField.TITLE].likelihood is Likelihood.LOW


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


def test_a_cited_deliverable_is_not_the_code() -> None:
    """The code of the cover counts more than those in the text."""
    text = "# Report on lamps\nDeliverable D9.2\n=== 2\nSee D1.1, D1.2 and D1.3."

    assert facts_of(text)[MetadataField.CODE].value == "D9.2"


def test_an_empty_document_has_no_facts() -> None:
    """No field has a default value."""
    assert facts_of("", name="a.pdf") == {}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("Public", False), ("Confidential", True), ("CO", True), ("Restreint", True)],
)
def test_the_dissemination_level_decides_whether_a_document_is_public(
    level: str, *, expected: bool
) -> None:
    """The level may be a word or a code."""
    found = find_metadata(
        a_document(f"| Dissemination level | {level} |"), FileProperties(), "a.pdf"
    )

    assert (closed_words(found) is not None) is expected


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
def test_a_stamp_marks_a_document_as_not_public(line: str, *, expected: bool) -> None:
    """A stamp is a short line without a label, and no sentence."""
    found = find_metadata(a_document(f"# A report\n{line}"), FileProperties(), "a.pdf")

    assert (closed_words(found) is not None) is expected


def test_labels_in_one_paragraph_are_separated() -> None:
    """The lines of a cover may be read as one paragraph."""
    facts = facts_of(
        "Authors: A. Martin, B. Smith Submission date: 20 February 2018 "
        "Licence: CC BY 4.0"
    )

    assert facts[MetadataField.AUTHORS].values == ("A. Martin", "B. Smith")
    assert facts[MetadataField.DATE].value == "2018-02-20"
    assert facts[MetadataField.LICENCE].value == "CC BY 4.0"


def test_the_publisher_is_not_the_title() -> None:
    """The name of a ministry is above the title."""
    facts = facts_of(
        "# Direction interministérielle du numérique\n# Les lampes de la ville"
    )

    assert facts[MetadataField.TITLE].value == "Les lampes de la ville"


def test_the_first_section_after_the_cover_is_not_the_title() -> None:
    """A title under the name of a project may look like its slogan."""
    facts = facts_of(
        "# SAFEVOICE\n\n# Supporting Victims of Online Hate\n\n"
        f"# Who this is for\n\n{BODY}"
    )

    assert facts[MetadataField.TITLE].value == "Supporting Victims of Online Hate"


@pytest.mark.parametrize(
    "publisher",
    ["NEWTOWN CITY COUNCIL", "SEVENTH FRAMEWORK PROGRAMME", "Lampshire Fire Authority"],
)
def test_a_publisher_named_at_the_end_of_its_line_is_not_the_title(
    publisher: str,
) -> None:
    """English names of bodies end with what they are."""
    facts = facts_of(f"# {publisher}\n\n# Lamps for the Streets\n\n{BODY}")

    assert facts[MetadataField.TITLE].value == "Lamps for the Streets"


BODY = (
    "The city has worked for three years with its police, its schools and those who "
    "live there, and this text tells what came of it, by street and by year, so far."
)


@pytest.mark.parametrize(
    ("text", "name", "property_title", "expected"),
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
def test_section_headings_are_not_the_title(
    text: str, name: str, property_title: str, expected: str
) -> None:
    """Without a reliable title, the field is missing."""
    facts = facts_of(text, name=name, properties=FileProperties(title=property_title))

    title = facts.get(MetadataField.TITLE)
    assert (title.value if title is not None else "") == expected


def test_a_licence_keeps_its_version() -> None:
    """The full stop within 4.0 ends no sentence."""
    facts = facts_of(
        "Under a Creative Commons Attribution-ShareAlike 4.0 licence. Yes."
    )

    assert facts[MetadataField.LICENCE].value == "CC BY-SA 4.0"


def test_dates_of_footnotes_are_ignored() -> None:
    """They are dates of other things."""
    facts = facts_of("# Les lampes\n^ 1 Délibération du 12 mars 2016.")

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
def test_authors_without_a_colon(text: str, expected: tuple[str, ...]) -> None:
    """« Rédigé par » starts a line of authors, and no sentence."""
    facts = facts_of(f"# Les lampes\n{text}")

    found = facts.get(MetadataField.AUTHORS)
    assert (found.values if found is not None else ()) == expected


@pytest.mark.parametrize(
    "property_title", ["Sans nom 1", "Mise en page 1", "Untitled-2.indd"]
)
def test_default_titles_of_programs_are_ignored(property_title: str) -> None:
    """Programs name untitled files themselves."""
    facts = facts_of(
        "Du texte, et rien.", name="a.pdf", properties=FileProperties(property_title)
    )

    assert MetadataField.TITLE not in facts


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Authors: Ada Byrne (UCD)", "Jan Smit (TUD)"), "Ada Byrne, Jan Smit"),
        (("Authors:", "Ada Byrne", "Jan Smit", "12 May 2019"), "Ada Byrne, Jan Smit"),
        (("Authors: Ada Byrne,", "City of Riga", "Final"), "Ada Byrne, City of Riga"),
        (("Authors: Ada Byrne", "Reviewed for the board"), "Ada Byrne"),
    ],
)
def test_authors_end_with_their_lines(lines: tuple[str, ...], expected: str) -> None:
    """A break ends a name; a line that is no name ends the list."""
    block = Block(BlockType.PARAGRAPH, " ".join(lines), lines=lines)

    found = find_metadata(Document((block,)), FileProperties(), "a.pdf")

    assert values_of({fact.field: fact for fact in found})["authors"] == expected


@pytest.mark.parametrize(
    ("line", "grant"),
    [
        ("Project number: 2019-1-NL01-KA205-060234", "2019-1-NL01-KA205-060234"),
        (
            "Projet n° 2021-1-BE01-KA220-SCH-000027778",
            "2021-1-BE01-KA220-SCH-000027778",
        ),
        (
            "| Convention de subvention | JUST-JACC-AG-2016-763902 |",
            "JUST-JACC-AG-2016-763902",
        ),
        ("JUST/2015/RRAC/AG/9012", "JUST/2015/RRAC/AG/9012"),
        ("Grant agreement no. 815356 – SHELTER", "815356"),
        (
            "Grant Agreement No HOME/2011/ISEC/AG/4000002533",
            "HOME/2011/ISEC/AG/4000002533",
        ),
        ("Convention n° 101022876", "101022876"),
        ("HORIZON-CL3-2022-FCT-01-03", None),
        ("EDOC-2016-00412", None),
    ],
)
def test_the_number_of_a_grant_is_whole(line: str, grant: str | None) -> None:
    """It may begin with the programme and the year; a call is no grant."""
    assert values_of(facts_of(f"# Night buses\n{line}")).get("grant") == grant


@pytest.mark.parametrize(
    ("cover", "code"),
    [
        ("# D.T2.3.1 – A strategy for squares\n", "D.T2.3.1"),
        ("# O.T1.2 A strategy for squares\n", "O.T1.2"),
        ("# IO3 – A strategy for squares\n", "IO3"),
        ("Erasmus+\n\nIO3\n# A strategy for squares\n", "IO3"),
        ("Intellectual Output 3\n# A strategy for squares\nAs in IO1, IO2", "IO3"),
    ],
)
def test_codes_of_other_programmes_are_no_part_of_titles(cover: str, code: str) -> None:
    """Interreg and Erasmus+ have codes of their own."""
    values = values_of(facts_of(cover))

    assert (values["code"], values["title"]) == (code, "A strategy for squares")
    assert "project" not in values
