"""References in the styles of ISO 690, APA and Chicago."""

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Event
from indexer.model.vocabulary import DateKind, DeliverableType
from kb.api.serializers import record_body
from kb.app import create_app
from kb.citations.citation_formats import CITATION_FORMATS, csl_item
from kb.citations.references import references
from kb.core.settings import Settings
from kb.feeds.oai.metadata_formats import FORMATS, metadata_of
from kb.public.record.page_metadata import record_data
from kb.services import Services, services
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from tests.support.builders import Workspace

REPORT = "deliverables/d9.1"
PRACTICE = "practices/newtown-lamps"


def texts(app: Flask, of: str, locale: Locale) -> dict[str, str]:
    """Return the references to a record by style, with plain spaces."""
    record_id = RecordId.parse(of)
    assert record_id is not None
    with app.test_request_context("/"):
        choose_locale(locale)
        found = references(services().corpus.records[record_id], locale)
    return {each.style: _plain_spaces(each.text) for each in found}


def _plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


BY_MANUAL = {
    ("practices/newtown-lamps", Locale.EN, "APA"): (
        "European Forum for Urban Security (Efus). (2020, February 3). <i>Newtown: "
        "Lighting the lanes again</i>. Innovation and Security. "
    ),
    ("practices/newtown-lamps", Locale.EN, "Chicago"): (
        "European Forum for Urban Security (Efus). 2020. “Newtown: Lighting the Lanes "
        "Again.” Innovation and Security, February 3. Accessed November 30, 2026. "
    ),
    ("practices/newtown-lamps", Locale.FR, "Chicago"): (
        "Forum européen pour la sécurité urbaine (Efus). 2020. « {title} ». "
        "Innovation et Sécurité. 3 février 2020. Consulté le 30 novembre 2026. "
    ),
    ("practices/newtown-lamps", Locale.FR, "APA"): (
        "Forum européen pour la sécurité urbaine (Efus). (2020, 3 février). "
        "<i>{title}</i>. Innovation et Sécurité. "
    ),
    ("deliverables/d9.1", Locale.EN, "APA"): (
        "Martin, A., &amp; Smith, B. (2018). <i>Workshop 9 Report: Streets and "
        "Screens</i> (D9.1). Newtown University."
    ),
    ("deliverables/d9.1", Locale.EN, "Chicago"): (
        "Martin, A., and B. Smith. 2018. <i>Workshop 9 Report: Streets and "
        "Screens</i>. D9.1. Newtown University."
    ),
    ("deliverables/d9.1", Locale.FR, "Chicago"): (
        "Martin, A., et B. Smith. 2018. <i>Workshop 9 Report: Streets and "
        "Screens</i>. D9.1. Newtown University."
    ),
}
"""References by the manuals of APA (7th edition) and Chicago (18th; French: 17th)."""


NOVEMBER = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("of", BY_MANUAL, ids=" ".join)
def test_references_follow_the_manuals(
    shared_workspace: Workspace, of: tuple[str, Locale, str]
) -> None:
    """American English and French, with the titles of whole works in italics."""
    name, locale, style = of
    record_id = RecordId.parse(name)
    assert record_id is not None
    site = Services(Settings(shared_workspace.locations), clock=lambda: NOVEMBER)
    with create_app(services=site).test_request_context("/"):
        choose_locale(locale)
        stored = services().corpus.records[record_id]
        found = references(stored, locale)
        title = _plain_spaces(stored.edition(locale).title)

    html = {each.style: _plain_spaces(each.html) for each in found}[style]
    assert html.startswith(BY_MANUAL[of].format(title=title)), html


def test_an_event_of_several_days_is_cited_with_them(app: Flask) -> None:
    """APA has the days of a conference; the files have the range."""
    with app.test_request_context("/"):
        for locale in Locale:
            choose_locale(locale)
            stored = services().corpus.of_kind(Kind.EVENT)[0]
            assert isinstance(stored, Event)
            event = replace(
                stored,
                date=PartialDate(2018, 10, 29),
                end_date=PartialDate(2018, 10, 30),
            )
            apa = {each.style: each.text for each in references(event, locale)}["APA"]
            days = "2018, 29–30 octobre" if locale is Locale.FR else "2018, October 29"
            assert f"({days})" in _plain_spaces(apa), apa
            assert csl_item(event, locale)["issued"]["date-parts"] == [
                [2018, 10, 29],
                [2018, 10, 30],
            ]


def test_a_title_adds_no_markup_to_a_reference(app: Flask) -> None:
    """The HTML of a reference has the italics of the style alone."""
    with app.test_request_context("/"):
        stored = services().corpus.of_kind(Kind.PRACTICE)[0]
        edition = replace(stored.editions[0], title="<b>Bold</b> & co")
        found = references(replace(stored, editions=(edition,)), Locale.EN)

    assert all("<b>" not in each.html for each in found)
    assert all("<b>" in each.text.casefold() for each in found)


def test_references_to_a_report_in_french(app: Flask) -> None:
    """The words of each style are French; the name of the report is as printed."""
    found = texts(app, REPORT, Locale.FR)

    assert found["ISO 690"].startswith(
        "MARTIN, A. et SMITH, B., 2018. D9.1 : Workshop 9 Report: Streets and Screens "
        "[en ligne]."
    )
    assert found["APA"].startswith("Martin, A., & Smith, B. (2018). Workshop 9 Report")
    assert found["Chicago"].startswith("Martin, A., et B. Smith. 2018. Workshop 9")


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
    """A reference leads to the document, or to the record in the reader's language."""
    found = texts(app, of, locale)
    url = "https://example.org/d9.1" if of == REPORT else f"/{locale}/{of}"

    assert set(found) == {"ISO 690", "APA", "Chicago"}
    assert all(url in text for text in found.values())


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
    assert by_style["Chicago"].count("Consulté") <= 1
    assert by_style["Chicago"].count("s. d.") == 1


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
