"""BibTeX, RIS and CSL-JSON, read again by parsers that are not ours."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import bibtexparser
import pytest
import rispy
from flask import Flask

from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import SourceReference
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Availability
from kb.citations.citation_formats import bibtex, csl_json, ris
from kb.citations.cited_work import subjects
from kb.services import services
from kb.web.locale import choose_locale

REPORT = "deliverables/d9.1"
PRACTICE = "practices/newtown-lamps"
HOSTILE = (
    'Title } , evil = {x} \\input{/etc/passwd} % $ # _ ^ ~ &\nER  - \r\nTY  - BOOK "'
)


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    """Run each test in a request for a French page."""
    with app.test_request_context("/fr/"):
        choose_locale(Locale.FR)
        yield


def record(text: str) -> Record:
    """Return a record of the small corpus."""
    record_id = RecordId.parse(text)
    assert record_id is not None
    return services().corpus.records[record_id]


def hostile(text: str) -> Record:
    """Return a record whose title tries to leave its field."""
    stored = record(text)
    edition = replace(stored.edition(Locale.FR), title=HOSTILE, summary=HOSTILE)
    return replace(stored, editions=(edition,))


def bibtex_entries(*records: Record) -> list[dict[str, str]]:
    """Return the entries that bibtexparser reads."""
    entries: list[dict[str, str]] = bibtexparser.loads(
        "".join(bibtex(records, Locale.FR)),
        bibtexparser.bparser.BibTexParser(
            common_strings=True, ignore_nonstandard_types=False
        ),
    ).entries
    return entries


def ris_entries(*records: Record) -> list[dict[str, Any]]:
    """Return the references that rispy reads."""
    entries: list[dict[str, Any]] = rispy.loads("".join(ris(records, Locale.FR)))
    return entries


def test_bibtex_of_a_report_has_its_authors_number_and_date() -> None:
    """Authors are persons, whose family name comes first."""
    (entry,) = bibtex_entries(record(REPORT))

    assert entry["ENTRYTYPE"] == "techreport"
    assert entry["author"] == "Martin, A. and Smith, B."
    assert entry["number"] == "D9.1"
    assert (entry["year"], entry["month"]) == ("2018", "2")
    assert entry["url"] == "https://example.org/d9.1"


def test_a_report_on_another_site_is_cited_there() -> None:
    """Our page is a notice: the report cannot be read there."""
    url = "https://example.org/report.pdf"
    stored = record(REPORT)
    assert isinstance(stored, Deliverable)
    source = SourceReference(title=stored.original_title, url=url)
    elsewhere = replace(
        stored, sources=(source,), availability=Availability.COMPLETE, files=()
    )

    (entry,) = bibtex_entries(elsewhere)
    (tags,) = ris_entries(elsewhere)

    assert entry["url"] == url
    assert tags["urls"] == [url]
    for note in (entry["note"], *tags["notes"]):
        assert note.endswith("/fr/deliverables/d9.1")


def test_a_report_that_nobody_found_has_no_address_of_its_own() -> None:
    """A reference that led to our page would promise a text that is not there."""
    (entry,) = bibtex_entries(replace(record(REPORT), sources=()))

    assert "url" not in entry
    assert entry["note"].endswith("/fr/deliverables/d9.1")


@pytest.mark.parametrize("locale", Locale)
def test_keywords_are_themes_places_and_audiences(locale: Locale) -> None:
    """In the language of the reader, one keyword for each."""
    stored = record(PRACTICE)
    about = list(subjects(stored, services().corpus, locale))
    (tags,) = rispy.loads("".join(ris([stored], locale)))
    parser = bibtexparser.bparser.BibTexParser(common_strings=True)
    entries = bibtexparser.loads("".join(bibtex([stored], locale)), parser).entries

    assert len(about) >= 2
    assert tags["keywords"] == about
    assert len(entries[0]["keywords"].split(", ")) == len(about)


def test_bibtex_of_a_practice_is_a_page_of_efus() -> None:
    """The publisher is one name, which no style cuts in two."""
    (entry,) = bibtex_entries(record(PRACTICE))

    assert entry["ENTRYTYPE"] == "misc"
    assert entry["author"].startswith("{Forum européen")
    assert entry["date"] == "2020-02-03"


@pytest.mark.parametrize("of", [REPORT, PRACTICE])
def test_a_hostile_title_stays_in_its_bibtex_field(of: str) -> None:
    """It adds no field and no entry, and TeX reads no command in it."""
    before = bibtex_entries(record(of))[0]
    entries = bibtex_entries(hostile(of), record(of))

    assert len(entries) == 2
    assert set(entries[0]) == set(before)
    assert r"\input" not in entries[0]["abstract"]


@pytest.mark.parametrize("of", [REPORT, PRACTICE])
def test_a_hostile_title_stays_in_its_ris_line(of: str) -> None:
    """A line break would begin another field, or end the reference."""
    entries = ris_entries(hostile(of), record(of))

    assert len(entries) == 2
    assert set(entries[0]) == set(ris_entries(record(of))[0])
    assert "ER - TY - BOOK" in entries[0]["abstract"].replace("  ", " ")


def test_ris_of_a_report_has_its_fields() -> None:
    """`SN` is where Zotero reads the number of a report."""
    (entry,) = ris_entries(record(REPORT))

    assert entry["type_of_reference"] == "RPRT"
    assert entry["authors"] == ["Martin, A.", "Smith, B."]
    assert entry["issn"] == "D9.1"
    assert entry["date"] == "2018/02//"
    assert entry["urls"] == ["https://example.org/d9.1"]


def test_csl_json_is_an_array_of_items() -> None:
    """A dossier without records is an empty array."""
    text = "".join(csl_json([record(REPORT), record(PRACTICE)], Locale.EN))
    items = json.loads(text)

    assert [each["type"] for each in items] == ["report", "webpage"]
    assert items[0]["author"][0] == {"family": "Martin", "given": "A."}
    assert items[1]["issued"] == {"date-parts": [[2020, 2, 3]]}
    assert json.loads("".join(csl_json([], Locale.EN))) == []
