"""References in the styles of ISO 690, APA and Chicago."""

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from indexer.model.ids import Locale, RecordId
from indexer.model.records import Deliverable
from indexer.model.vocabulary import DateKind, DeliverableType
from kb.api.serializers import record_body
from kb.citations.citation_formats import CITATION_FORMATS, csl_item
from kb.citations.references import references
from kb.feeds.oai.metadata_formats import FORMATS, metadata_of
from kb.public.record.page_metadata import record_data
from kb.services import services
from kb.web.locale import choose_locale
from kb.web.page_content import page_content

REPORT = "deliverables/d9.1"
PRACTICE = "practices/newtown-lamps"


def texts(app: Flask, of: str, locale: Locale) -> dict[str, str]:
    """Return the references to a record by style, with plain spaces."""
    record_id = RecordId.parse(of)
    assert record_id is not None
    with app.test_request_context("/"):
        choose_locale(locale)
        found = references(services().corpus.records[record_id], locale)
    return {each.style: each.text.replace("\u00a0", " ") for each in found}


def test_references_to_a_report_in_french(app: Flask) -> None:
    """The words of each style are French; the name of the report is as printed."""
    found = texts(app, REPORT, Locale.FR)

    assert found["ISO 690"].startswith(
        "MARTIN, A. et SMITH, B., 2018. D9.1 : Workshop 9 Report: Streets and Screens "
        "[en ligne]."
    )
    assert found["APA"].startswith("Martin, A., & Smith, B. (2018). Workshop 9 Report")
    assert found["Chicago"].startswith("Martin, A., et B. Smith. 2018. «")


@pytest.mark.parametrize(
    ("locale", "date"),
    [(Locale.FR, "(2020, 3 février)"), (Locale.EN, "(2020, February 3)")],
)
def test_apa_gives_the_day_of_a_page(app: Flask, locale: Locale, date: str) -> None:
    """In the order of each language."""
    assert date in texts(app, PRACTICE, locale)["APA"]


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("of", [REPORT, PRACTICE])
def test_each_reference_has_the_address(app: Flask, of: str, locale: Locale) -> None:
    """A reference leads back to the record, in the language of the page."""
    found = texts(app, of, locale)

    assert set(found) == {"ISO 690", "APA", "Chicago"}
    assert all(f"/{locale}/{of}" in text for text in found.values())


def test_iso_690_and_chicago_have_the_day_of_access(app: Flask) -> None:
    """A page may change after it was read."""
    year = str(app.extensions["kb-services"].clock().year)
    found = texts(app, PRACTICE, Locale.EN)

    assert "[Accessed" in found["ISO 690"]
    assert f"{year}]" in found["ISO 690"]
    assert "Accessed" in found["Chicago"]


def test_a_reference_to_an_earlier_state_has_the_day_in_its_address(app: Flask) -> None:
    """The address alone would lead to another text, once the record has changed."""
    with app.test_request_context("/"):
        choose_locale(Locale.EN)
        stored = services().corpus.records[RecordId.parse(PRACTICE)]  # type: ignore[index]  # a valid id
        found = references(stored, Locale.EN, day=dt.date(2026, 2, 3))

    assert all(f"/en/{PRACTICE}?at=2026-02-03" in each.text for each in found)


def test_what_has_no_date_says_so_once(app: Flask) -> None:
    """The French style of Chicago would repeat the day of access."""
    with app.test_request_context("/"):
        choose_locale(Locale.FR)
        stored = services().corpus.records[RecordId.parse(REPORT)]  # type: ignore[index]  # a valid id
        assert isinstance(stored, Deliverable)
        found = references(replace(stored, date=None), Locale.FR)

    by_style = {each.style: each.text for each in found}
    assert by_style["Chicago"].count("Consulté") == 1
    assert "s. d." in by_style["Chicago"]


def test_the_styles_cite_a_work_of_any_type(app: Flask) -> None:
    """Their files have branches for pages and reports only: a thesis is a report."""
    with app.test_request_context("/"):
        choose_locale(Locale.EN)
        stored = services().corpus.records[RecordId.parse(REPORT)]  # type: ignore[index]  # a valid id
        assert isinstance(stored, Deliverable)
        report = references(stored, Locale.EN)
        thesis = references(replace(stored, type=DeliverableType.THESIS), Locale.EN)

    assert thesis == report


def test_a_document_is_exported_with_its_own_facts(app: Flask) -> None:
    """Its type is that of COAR, its licence that of SPDX, its date is not its issue."""
    orcid, ror = "https://orcid.org/0000-0002-1825-0097", "https://ror.org/05dxps055"
    with app.test_request_context("/en/"):
        choose_locale(Locale.EN)
        stored = services().corpus.records[RecordId.parse(REPORT)]  # type: ignore[index]  # a valid id
        assert isinstance(stored, Deliverable)
        document = replace(
            stored,
            type=DeliverableType.SLIDES,
            authors=("Josiah Carberry",),
            publisher="Caltech",
            identifiers={"Josiah Carberry": orcid, "Caltech": ror},
            language="el",
            licence="CC-BY-NC-4.0",
            date_kind=DateKind.DELIVERED,
        )
        corpus = services().corpus
        dublin_core = metadata_of(FORMATS["oai_dc"], document, corpus)
        datacite = metadata_of(FORMATS["datacite"], document, corpus)
        graph = record_data(document, "https://kb.example.org/", page_content())
        body = record_body(document, corpus)
        item = csl_item(document, Locale.EN)
        tex = "".join(CITATION_FORMATS["bib"].write([document], Locale.EN))
        ris = "".join(CITATION_FORMATS["ris"].write([document], Locale.EN))

    coar = "http://purl.org/coar/resource_type/R60J-J5BD"
    licence = "https://creativecommons.org/licenses/by-nc/4.0/"
    for text in (f"<dc:type>{coar}<", f"<dc:rights>{licence}<", "<dc:language>el<"):
        assert text in dublin_core
    for text in (
        orcid,
        f'rightsURI="{licence}"',
        'dateType="Submitted"',
        "<language>el",
    ):
        assert text in datacite
    thing = graph["@graph"][1]
    assert thing["additionalType"] == body["resource_type"] == coar
    assert (thing["license"], thing["publisher"]["@id"]) == (licence, ror)
    assert thing["author"] == [
        {"@type": "Person", "name": "Josiah Carberry", "@id": orcid}
    ]
    assert body["identifiers"] == {"Josiah Carberry": orcid, "Caltech": ror}
    assert (item["type"], item["publisher"]) == ("speech", "Caltech")
    assert "language = {greek}" in tex
    assert "TY  - SLIDE\r\n" in ris
