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
from kb.citations.citation_formats import bibtex, csl_json, ris
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
    assert entry["url"].endswith("/fr/deliverables/d9.1")


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
    assert entry["urls"] == ["http://127.0.0.1:8000/fr/deliverables/d9.1"]


def test_csl_json_is_an_array_of_items() -> None:
    """A dossier without records is an empty array."""
    text = "".join(csl_json([record(REPORT), record(PRACTICE)], Locale.EN))
    items = json.loads(text)

    assert [each["type"] for each in items] == ["report", "webpage"]
    assert items[0]["author"][0] == {"family": "Martin", "given": "A."}
    assert items[1]["issued"] == {"date-parts": [[2020, 2, 3]]}
    assert json.loads("".join(csl_json([], Locale.EN))) == []
