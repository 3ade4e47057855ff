"""OAI-PMH 2.0: each verb and error, and a whole harvest by an independent program."""

import base64
import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from lxml.etree import _Element as Element
from sickle import Sickle

from indexer.model.ids import Kind, Locale, RecordId
from kb.app import create_app
from kb.core.contact import parse_contact
from kb.core.settings import Settings
from kb.feeds.oai import responses
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.http_threads import served_in_thread
from tests.support.oai_rules import check_response

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SITE = "https://kb.example.org"
LAMPS = "oai:unnamed.invalid:practices/newtown-lamps"
ADA = "ada@example.org"


def ask(client: FlaskClient, **arguments: str) -> Element:
    """Return the response to a request, checked by the rules of the protocol."""
    named = {name.rstrip("_"): value for name, value in arguments.items()}
    response = client.get("/oai", query_string=named)
    assert response.content_type == "text/xml; charset=utf-8"
    root = etree.fromstring(response.data)
    check_response(root)
    return root


def error_code(root: Element) -> str | None:
    """Return the code of the error of a response."""
    error = root.find(f"{OAI}error")
    return None if error is None else error.get("code")


def identifiers(root: Element) -> list[str]:
    """Return the identifiers in a response."""
    return [str(each.text) for each in root.iter(f"{OAI}identifier")]


def token_of(root: Element) -> Element | None:
    """Return the resumption token of a response."""
    return root.find(f".//{OAI}resumptionToken")


RECORDS = "verb=ListRecords&metadataPrefix=oai_dc"
IDENTIFIERS = "verb=ListIdentifiers&metadataPrefix=oai_dc"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=a+b", "badArgument"),
        (f"{RECORDS}&metadataPrefix=oai_dc", "badArgument"),
        (f"{RECORDS}&set=%C3%A9%00", "badArgument"),
        (f"{RECORDS}&from=", "badArgument"),
        (f"{RECORDS}&from=2020", "badArgument"),
        (f"{RECORDS}&from=2020-02-30", "badArgument"),
        (f"{RECORDS}&from=2020-02-03T25:00:00Z", "badArgument"),
        (f"{RECORDS}&from=2020-02-03T10:00:00", "badArgument"),
        (f"{RECORDS}&from=2021-01-01&until=2020-01-01", "badArgument"),
        (f"{RECORDS}&from=2019-01-01&until=2020-01-01T00:00:00Z", "badArgument"),
        (f"{RECORDS}&resumptionToken=x", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        (f"verb=GetRecord&metadataPrefix=x&identifier={LAMPS}", "format"),
        ("verb=ListRecords&metadataPrefix=marc", "format"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=x", "id"),
        ("verb=ListMetadataFormats&identifier=a%01b", "id"),
        (f"{RECORDS}&set=x", "none"),
        (f"{IDENTIFIERS}&until=2001-01-01", "none"),
        ("verb=ListRecords&resumptionToken=x", "token"),
        ("verb=ListSets&resumptionToken=x", "token"),
        ("verb=ListIdentifiers&resumptionToken=%C3%A9", "token"),
    ],
)
def test_each_error_has_its_code(client: FlaskClient, query: str, code: str) -> None:
    """The codes are those of section 3.6 of the protocol; the status is 200."""
    short = {
        "format": "cannotDisseminateFormat",
        "id": "idDoesNotExist",
        "none": "noRecordsMatch",
        "token": "badResumptionToken",
    }

    response = client.get(f"/oai?{query}")

    root = etree.fromstring(response.data)
    check_response(root)
    assert response.status_code == 200
    assert error_code(root) == short.get(code, code)


@pytest.mark.parametrize(
    "text",
    [
        *("7", "oai_dc    ", "oai_dc      1"),  # too few parts, too many
        *("oai_dc    9999 z", "dc    1 z"),  # after the last item, in no format
        '["oai_dc", "", "", "", "2026-11-27T12:00:00Z", "needs/n01"]',  # once valid
    ],
)
def test_a_forged_token_is_refused(client: FlaskClient, text: str) -> None:
    """Whatever it contains, the harvester is told to start again."""
    token = base64.urlsafe_b64encode(text.encode()).decode()

    root = ask(client, verb="ListRecords", resumptionToken=token)

    assert error_code(root) == "badResumptionToken"


def test_identify_names_the_repository(content: Workspace) -> None:
    """The identifiers have the domain of the public address."""
    contact = parse_contact("kb@example.org")
    settings = Settings(content.locations, base_url=f"{SITE}/kb", contact=contact)
    client = create_app(settings).test_client()

    response = client.get("/kb/oai?verb=Identify", base_url=SITE)

    root = etree.fromstring(response.data)
    check_response(root)
    identify = root.find(f"{OAI}Identify")
    assert identify is not None
    assert identify.findtext(f"{OAI}baseURL") == f"{SITE}/kb/oai"
    assert identify.findtext(f"{OAI}adminEmail") == "kb@example.org"
    assert identify.findtext(f"{OAI}earliestDatestamp") == "2020-02-03T00:00:00Z"
    assert identify.findtext(f"{OAI}deletedRecord") == "transient"
    assert "oai:kb.example.org:" in response.text


def test_the_sets_are_the_kinds(client: FlaskClient) -> None:
    """Pages about the site are not harvested."""
    root = ask(client, verb="ListSets")

    specs = [each.text for each in root.iter(f"{OAI}setSpec")]
    assert specs == [kind.value for kind in Kind if kind is not Kind.PAGE]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_record_is_returned_by_get_and_post(client: FlaskClient, method: str) -> None:
    """The arguments of a POST are in its body; no token of a form is needed."""
    arguments = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": LAMPS}

    if method == "get":
        response = client.get("/oai", query_string=arguments)
    else:
        response = client.post("/oai", data=arguments)

    root = etree.fromstring(response.data)
    check_response(root)
    assert identifiers(root) == [LAMPS]
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    titles = {each.get(lang): each.text for each in root.iter(f"{DC}title")}
    assert titles["en"] == "Newtown: lighting the lanes again"
    assert [each.text for each in root.iter(f"{DC}identifier")] == [
        f"http://127.0.0.1:8000/{locale}/practices/newtown-lamps" for locale in Locale
    ]


@pytest.mark.parametrize(
    ("since", "until", "is_listed"),
    [
        ("2020-02-03", "2020-02-03", True),
        ("2020-02-03T00:00:00Z", "2020-02-03T00:00:00Z", True),
        ("2020-02-03T00:00:01Z", "2020-02-04T00:00:00Z", False),
        ("2020-02-04", "", False),
        ("", "2020-02-02", False),
    ],
)
def test_dates_select_at_both_granularities(
    client: FlaskClient, since: str, until: str, *, is_listed: bool
) -> None:
    """Both ends are included."""
    dates = {"from": since, "until": until}
    given = {name: date for name, date in dates.items() if date}
    query = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", **given}

    root = etree.fromstring(client.get(f"/oai?{urlencode(query)}").data)

    assert (LAMPS in identifiers(root)) is is_listed
    assert error_code(root) == (None if is_listed else "noRecordsMatch")


@pytest.mark.parametrize("verb", ["ListIdentifiers", "ListRecords"])
def test_a_list_in_parts_is_the_whole_list(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """The tokens say how far the list is; the last one is empty."""
    whole = identifiers(ask(client, verb=verb, metadataPrefix="datacite"))
    monkeypatch.setattr(responses, "PAGE_ITEMS", 5)

    root = ask(client, verb=verb, metadataPrefix="datacite")
    found, cursors = identifiers(root), []
    while (token := token_of(root)) is not None:
        cursors.append(token.get("cursor"))
        assert token.get("completeListSize") == str(len(whole))
        if not token.text:
            break
        root = ask(client, verb=verb, resumptionToken=token.text)
        found += identifiers(root)

    assert found == whole
    assert cursors == [str(i) for i in range(0, len(whole), 5)]


@pytest.fixture
def removed(content: Workspace) -> FlaskClient:
    """Return a client of a site from which records were deleted, merged, withdrawn."""
    repository = open_repository(
        content.locations, clock=lambda: dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)
    )
    ExternalEditDetector(repository).record_edits()
    trash, publisher = Trash(repository), Publisher(repository)
    trash.delete(RecordId(Kind.PRACTICE, "half-written"), actor=ADA)
    trash.merge(RecordId(Kind.EVENT, "undated"), RecordId(Kind.EVENT, "w9"), actor=ADA)
    publisher.withdraw(RecordId(Kind.RECOMMENDATION, "rec-02"), actor=ADA)
    draft = RecordId(Kind.RECOMMENDATION, "rec-99")
    discarded = HistoryEntry(
        dt.datetime(2026, 3, 5, tzinfo=dt.UTC),
        ADA,
        HistoryAction.DISCARDED,
        draft,
        before=None,
        after=None,
        is_draft=True,
    )
    repository.history.add("draft", [discarded])
    services = Services(Settings(content.locations))
    services.content.update_index()
    return create_app(services=services).test_client()


def test_removed_records_are_listed_as_deleted(removed: FlaskClient) -> None:
    """Catalogues then drop their copies, and do not learn why."""
    root = ask(removed, verb="ListRecords", metadataPrefix="oai_dc")

    headers = list(root.iter(f"{OAI}header"))
    deleted = {
        str(each.findtext(f"{OAI}identifier")).rpartition(":")[2]: each.findtext(
            f"{OAI}datestamp"
        )
        for each in headers
        if each.get("status") == "deleted"
    }
    assert deleted == {
        "practices/half-written": "2026-03-05T12:00:00Z",
        "events/w9": "2026-03-05T12:00:00Z",
        "recommendations/rec-02": "2026-03-05T12:00:00Z",
    }


def test_a_harvester_that_comes_back_gets_what_changed(removed: FlaskClient) -> None:
    """The time is that of the change here, whatever day the record itself names."""
    since = {"metadataPrefix": "oai_dc", "from_": "2026-03-05T12:00:00Z"}
    names = identifiers(ask(removed, verb="ListIdentifiers", **since))
    later = ask(
        removed, verb="ListIdentifiers", metadataPrefix="oai_dc", from_="2026-03-06"
    )

    assert "oai:unnamed.invalid:events/w9" in names
    assert LAMPS in names
    assert error_code(later) == "noRecordsMatch"


def test_without_its_history_a_harvester_is_told_to_come_back(
    removed: FlaskClient, content: Workspace
) -> None:
    """Section 3.1.2.2: it would miss what was removed."""
    content.locations.instance.joinpath("history/history.sqlite").write_bytes(
        b"x" * 9999
    )

    response = removed.get(f"/oai?{RECORDS}")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_a_removed_record_is_returned_as_a_header(removed: FlaskClient) -> None:
    """A draft that was never public is not: its identifier does not exist."""
    start = "oai:unnamed.invalid:recommendations/"
    arguments = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}

    withdrawn = ask(removed, **arguments, identifier=f"{start}rec-02")
    unknown = ask(removed, **arguments, identifier=f"{start}rec-99")

    assert withdrawn.find(f".//{OAI}header[@status='deleted']") is not None
    assert withdrawn.find(f".//{OAI}metadata") is None
    assert error_code(unknown) == "idDoesNotExist"


@pytest.fixture(scope="module")
def harvester(real_app: Flask) -> Iterator[Sickle]:
    """Return an independent harvester of the site with the real documents."""
    with served_in_thread(real_app) as (host, port):
        yield Sickle(f"http://{host}:{port}/oai", timeout=60)


@pytest.mark.parametrize("prefix", ["oai_dc", "datacite"])
def test_an_independent_harvester_gets_every_record(
    harvester: Sickle, real_app: Flask, prefix: str
) -> None:
    """Over HTTP, in parts of a hundred, in both formats."""
    corpus = real_app.extensions["kb-services"].corpus

    harvested = list(harvester.ListRecords(metadataPrefix=prefix, ignore_deleted=True))

    names = [each.header.identifier.rpartition(":")[2] for each in harvested]
    expected = {str(each) for each in corpus.records if each.kind is not Kind.PAGE}
    assert len(names) == len(set(names))
    assert set(names) == expected
    for each in harvested:
        check_response(etree.fromstring(each.raw))


def test_an_independent_harvester_reads_sets_and_identity(
    harvester: Sickle, real_app: Flask
) -> None:
    """The harvester parses all six verbs."""
    assert harvester.Identify().protocolVersion == "2.0"
    assert len(list(harvester.ListSets())) == 7
    assert [each.metadataPrefix for each in harvester.ListMetadataFormats()] == [
        "oai_dc",
        "datacite",
    ]
    terms = list(harvester.ListIdentifiers(metadataPrefix="oai_dc", set="term"))
    first = terms[0].identifier
    corpus = real_app.extensions["kb-services"].corpus
    assert len(terms) == len(list(corpus.of_kind(Kind.TERM)))
    record = harvester.GetRecord(identifier=first, metadataPrefix="oai_dc")
    assert record.metadata["title"]


def test_characters_that_xml_forbids_are_left_out(content: Workspace) -> None:
    """A title may contain what an editor pasted."""
    path = content.path("practices/newtown-lamps/en.md")
    text = re.sub(r"title: .*", r'title: "Lamps \\x07 & <b>"', path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    services = Services(Settings(content.locations))
    services.content.update_index()
    client = create_app(services=services).test_client()

    root = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=LAMPS)

    titles = [str(each.text) for each in root.iter(f"{DC}title")]
    assert any(each.endswith("& <b>") for each in titles)
