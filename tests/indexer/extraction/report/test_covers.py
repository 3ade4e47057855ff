"""Title, date, project, authors and licence of whole covers, as PDF and DOCX."""

import dataclasses
from pathlib import Path

import pytest

from indexer.extraction.report.metadata import find_metadata
from indexer.model.document import Block, BlockType, Document, FileProperties
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from tests.support.covers import CoverFile, read_cover_files
from tests.support.documents import a_document
from tests.support.file_reading import read

COVERS = read_cover_files(Path(__file__).with_name("drawn_covers.yaml"))


@pytest.mark.parametrize("cover", COVERS, ids=lambda cover: cover.name)
def test_a_cover_is_read(cover: CoverFile, tmp_path: Path) -> None:
    """What a person reads on it is found, and the date is one of a page."""
    reading = read(cover.save(tmp_path))

    found = find_metadata(
        reading.document, reading.properties, reading.name, reading.margins
    )

    facts = {fact.field: fact for fact in found}
    expected = {
        MetadataField.TITLE: cover.title,
        MetadataField.DATE: cover.date,
        MetadataField.PROJECT: cover.project,
        MetadataField.AUTHORS: cover.authors,
        MetadataField.LICENCE: cover.licence,
    }
    assert {
        field: facts[field].value for field, value in expected.items() if value
    } == {field: value for field, value in expected.items() if value}
    assert facts[MetadataField.DATE].is_read


@pytest.mark.parametrize(
    "cover",
    [cover for cover in COVERS if not cover.project],
    ids=lambda cover: cover.name,
)
def test_a_cover_without_a_project_names_none(cover: CoverFile, tmp_path: Path) -> None:
    """Words in capitals and names of bodies are no projects."""
    reading = read(cover.save(tmp_path))

    found = find_metadata(reading.document, reading.properties, reading.name)

    assert MetadataField.PROJECT not in {fact.field for fact in found}


def test_a_mention_of_another_project_is_not_the_own_one() -> None:
    """The text of a manual may name the projects that it speaks of."""
    text = (
        "# La foire aux questions\n\nComment la distribution s’insère-t-elle avec le "
        "projet LUMINA, dont elle reprend les outils ?"
    )
    blocks = [
        dataclasses.replace(block, page=number + 1)
        for number, block in enumerate(a_document(text).blocks)
    ]
    document = dataclasses.replace(a_document(text), blocks=tuple(blocks))

    found = find_metadata(document, FileProperties(), "faq.pdf")

    assert MetadataField.PROJECT not in {fact.field for fact in found}


def test_the_date_of_minutes_is_in_their_title() -> None:
    """The day of the meeting is better than the day of the file."""
    properties = FileProperties(
        title="Comité – Procès-verbal de la séance du 20 juin 2023",
        created="D:20230621093027",
    )

    found = find_metadata(a_document("# Comité"), properties, "pv.pdf")

    dates = [fact.value for fact in found if fact.field is MetadataField.DATE]
    assert dates == ["2023-06-20"]


def test_a_date_in_a_footer_is_unsure() -> None:
    """It may be that of the template."""
    footer = a_document("Référentiel 4.1. Décembre 2020").blocks

    found = find_metadata(
        a_document("# Référentiel"), FileProperties(), "r.pdf", footer
    )

    fact = next(each for each in found if each.field is MetadataField.DATE)
    assert (fact.value, fact.likelihood) == ("2020-12", Likelihood.LOW)


def type_of(title: str) -> ExtractedFact | None:
    """Return the type that a title states."""
    found = find_metadata(a_document(f"# {title}"), FileProperties(), "a.pdf")
    return next((each for each in found if each.field is MetadataField.TYPE), None)


@pytest.mark.parametrize(
    "title",
    [
        "Why cybercrime victims don’t report to the police",
        "How to report hate crime",
        "Report a crime online",
        "Citizens report to their mayors",
        "How cities plan the night",
        "Study your own streets",
        "They guide visitors through the crowd",
    ],
)
def test_a_verb_is_no_type(title: str) -> None:
    """“Victims don’t report” is no report."""
    assert type_of(title) is None


@pytest.mark.parametrize(
    "title",
    [
        "Report to the Commission on night trains",
        "Night mediators: final report",
        "Police and rumours: a study in six cities",
        "A guide for mayors",
        "Activities report 2019",
        "Reporting crime online: report of the second year",
    ],
)
def test_a_noun_is_a_type(title: str) -> None:
    """Words such as “report” are mostly nouns in titles."""
    assert type_of(title) is not None


def test_a_title_on_several_lines_names_no_project() -> None:
    """Capitals above capitals, and the first line of the title, are no names."""
    lines = ("SAFER STREETS", "and squares at night")
    blocks = [
        Block(BlockType.HEADING, " ".join(each), level=1, lines=each)
        for each in (lines, ("LUMIVERT", "A PUBLIC PLACE"))
    ]
    text = Block(BlockType.PARAGRAPH, "Funded by the European Union: a project.")

    found = find_metadata(Document((*blocks, text)), FileProperties(), "a.pdf")

    assert MetadataField.PROJECT not in {fact.field for fact in found}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Guide pratique", "report"),
        ("RAPPORT FINAL", "report"),
        ("Rapport de recherche", "report"),
        ("Final report", "report"),
        ("White paper", "report"),
        ("Livre blanc n° 3", "report"),
        ("Rapport d’avancement", "management-report"),
        ("Brochure", "booklet"),
        ("Plan d’action", "plan"),
        ("Report it today", None),
        ("Guide your visitors", None),
        ("Guide pratique des marchés de nuit", None),
        ("Policy brief", None),
        ("Plan", None),
    ],
)
def test_a_kind_alone_on_a_line_is_a_type(line: str, expected: str | None) -> None:
    """Neither a verb nor a longer line is one; some kinds have no type."""
    for text in (f"{line}\n\n# Night markets", f"# Night markets\n\n{line}"):
        found = find_metadata(a_document(text), FileProperties(), "a.pdf")

        types = [each.value for each in found if each.field is MetadataField.TYPE]
        assert types == ([expected] if expected else [])


def test_a_kind_below_the_body_text_is_no_type() -> None:
    """There it is the title of a section."""
    text = f"# Night markets\n\n{'Many people come. ' * 10}\n\n## Action plan"

    found = find_metadata(a_document(text), FileProperties(), "a.pdf")

    assert MetadataField.TYPE not in {fact.field for fact in found}


@pytest.mark.parametrize(
    ("property_title", "name", "expected"),
    [
        ("LUMIVERT D2.1", "a.pdf", "Lamps that citizens choose in small towns"),
        ("City of Corvanes", "a.html", "Lamps that citizens choose in small towns"),
        ("Lamp choice", "a.docx", "Lamps that citizens choose in small towns"),
        (
            "LUMIVERT | Deliverable",
            "a.html",
            "Lamps that citizens choose in small towns",
        ),
        ("Choose in small towns", "a.pdf", "Lamps that citizens choose in small towns"),
        (
            "D2.1 – Lamps that Citizens Choose in Small Towns",
            "a.pdf",
            "Lamps that Citizens Choose in Small Towns",
        ),
        (
            "Lamps that citizens choose in small towns: results of a survey",
            "a.odt",
            "Lamps that citizens choose in small towns: results of a survey",
        ),
    ],
    ids=["acronym", "body", "paraphrase", "site", "end", "same", "subtitle"],
)
def test_a_title_property_is_confirmed_by_the_largest_heading(
    property_title: str, name: str, expected: str
) -> None:
    """A word or a line that it shares with the cover is not enough."""
    cover = a_document(
        "City of Corvanes\n\n## LUMIVERT\n\n### Lamp\n\n"
        "# Lamps that citizens choose in small towns\n\nMarch 2021"
    )

    found = find_metadata(cover, FileProperties(title=property_title), name)

    titles = [each.value for each in found if each.field is MetadataField.TITLE]
    assert titles == [expected]


@pytest.mark.parametrize("heading", ["City of Corvanes", "Final report"])
def test_a_title_property_is_better_than_a_body_or_a_kind(heading: str) -> None:
    """Neither is a title, if a line below says the title of the file."""
    cover = a_document(f"# {heading}\n\nLamps that citizens choose\n\nMarch 2021")
    properties = FileProperties(title="Lamps that citizens choose")

    found = find_metadata(cover, properties, "a.pdf")

    titles = [each.value for each in found if each.field is MetadataField.TITLE]
    assert titles == ["Lamps that citizens choose"]


def facts_of_cover(
    text: str, properties: FileProperties
) -> dict[MetadataField, ExtractedFact]:
    """Return what a cover and the properties of its file state, by field."""
    found = find_metadata(a_document(text), properties, "a.html")
    return {each.field: each for each in found}


def test_a_title_property_names_the_project_before_a_number() -> None:
    """The name must be on the cover; a place before a dash is no project."""
    cover = "NIGHT GLOW – Lamps for ports\n\n# Lamps with residents"
    numbered = FileProperties(title="NIGHT GLOW | Output 2")
    other = FileProperties(title="DAY GLOW | Output 2")

    named = facts_of_cover(cover, numbered).get(MetadataField.PROJECT)

    assert named is not None
    assert (named.value, named.likelihood) == ("NIGHT GLOW", Likelihood.LOW)
    assert MetadataField.PROJECT not in facts_of_cover(cover, other)


def test_a_year_after_a_place_is_better_than_the_day_of_the_file() -> None:
    """It is unsure; neither a period nor the year of a programme is one."""
    properties = FileProperties(created="2013-12-24T10:00:00")

    dates = {
        line: facts_of_cover(f"# Lamps at night\n\n{line}", properties)[
            MetadataField.DATE
        ]
        for line in ("Lille – Gand, 2020", "From Horizon 2020", "Lille, 2014–2020")
    }

    assert [each.value for each in dates.values()] == ["2020", *["2013-12-24"] * 2]
    assert dates["Lille – Gand, 2020"].likelihood is Likelihood.LOW


@pytest.mark.parametrize("header", ["Change", "Notes", "Modifications", "Commentaire"])
def test_the_header_of_a_history_is_no_author(header: str) -> None:
    """The cell at the right of “Author” is the header of the next column."""
    row = ("Version", "Date", "Author", header)
    blocks = (
        Block(BlockType.HEADING, "Lamps at night", level=1),
        Block(BlockType.TABLE_ROW, " | ".join(row), cells=row),
    )

    found = find_metadata(Document(blocks), FileProperties(), "a.pdf")

    assert MetadataField.AUTHORS not in {fact.field for fact in found}


def test_a_title_after_a_code_is_more_than_its_kind() -> None:
    """Below a larger heading, “D6.3 – Final report” is no title; alone it is one."""
    below = "# Lamps on the squares of towns\n\n## D6.3 – Final report"
    alone = "# D6.3 – Final report on lamps\n\nMarch 2021"

    titles = [
        facts_of_cover(text, FileProperties())[MetadataField.TITLE].value
        for text in (below, alone)
    ]

    assert titles == ["Lamps on the squares of towns", "Final report on lamps"]


def test_a_title_property_is_found_in_a_paragraph_of_a_cover_without_headings() -> None:
    """Several lines of a cover may have been read as one paragraph."""
    text = "Project LUMIVERT, work package 3. Lamps that citizens choose. March 2021, "
    properties = FileProperties(title="Lamps that citizens choose")

    title = facts_of_cover(text + "version 2 of the partners", properties)[
        MetadataField.TITLE
    ]

    assert (title.value, title.likelihood) == (properties.title, Likelihood.HIGH)


def test_a_colon_after_two_letters_is_kept() -> None:
    """“re:” begins a reply; within a word it is its end."""
    text = "# Prévenir en zone frontalière : cahier de recommandations\n\nMai 2021"

    titles = [
        facts_of_cover(each, FileProperties())[MetadataField.TITLE].value
        for each in (text, text.replace("# ", "# RE: "))
    ]

    assert titles == ["Prévenir en zone frontalière : cahier de recommandations"] * 2


def test_the_year_below_an_annual_report_is_in_its_title() -> None:
    """A year below another title is not."""
    annual = facts_of_cover("# Rapport d’activité\n\n2022\n\nVille", FileProperties())
    other = facts_of_cover("# Lamps of the quays\n\n2022\n\nCity", FileProperties())

    assert annual[MetadataField.TITLE].value == "Rapport d’activité 2022"
    assert other[MetadataField.TITLE].value == "Lamps of the quays"


def test_the_property_of_a_series_does_not_lengthen_a_title() -> None:
    """What it has after a dash must be on the page."""
    properties = FileProperties(title="Sharing the quays - Series 4")

    found = facts_of_cover("# Sharing the quays\n\nMay 2022", properties)

    assert found[MetadataField.TITLE].value == "Sharing the quays"


def test_the_date_of_a_colophon_is_read() -> None:
    """It is on the last page of a book without a date on its cover."""
    text = "# Vivre la nuit\n" + "\n".join(
        f"=== {page}\n## Partie {page}\n\nUn texte de la ville." for page in (2, 3, 4)
    )
    colophon = f"{text}\n=== 5\nÉdition : Ville de Montreval. Dépôt légal : mai 2019"

    dates = [
        facts_of_cover(each, FileProperties()).get(MetadataField.DATE)
        for each in (text, colophon)
    ]

    assert dates[0] is None
    assert dates[1] is not None
    assert (dates[1].value, dates[1].is_read) == ("2019-05", True)
