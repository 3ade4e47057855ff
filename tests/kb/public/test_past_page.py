"""A record as it stood on an earlier day: `?at=` on its page and in the API."""

import datetime as dt
import re
import shutil

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.originals import sha256_of
from indexer.model.ids import Locale, RecordId
from kb.app import create_app
from kb.core.settings import ServiceRole, Settings
from kb.database.clock import Clock
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.services import Services
from kb.web.records.record_state import state_url
from tests.support.builders import Workspace

LAMPS = RecordId.parse("practices/newtown-lamps")
ADA = "ada@example.org"
TODAY = dt.datetime(2026, 3, 20, 15, 0, tzinfo=dt.UTC)
PAGE = "/en/practices/newtown-lamps"
API = "/api/v1/records/practices/newtown-lamps"


def _at(day: int, hour: int = 12) -> Clock:
    return lambda: dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)


def _edit(content: Workspace, day: int, old: str, new: str, hour: int = 12) -> None:
    """Edit the English summary, and record the edit in the history on a day."""
    content.replace("practices/newtown-lamps/en.md", old, new)
    _scan(content, day, hour)


def _scan(content: Workspace, day: int, hour: int = 12) -> None:
    clock = _at(day, hour)
    repository = open_repository(content.locations, clock=clock)
    ExternalEditDetector(repository).record_edits()


def _save_draft(content: Workspace, day: int, old: str, new: str) -> None:
    assert LAMPS is not None
    drafts = DraftEditor(open_repository(content.locations, clock=_at(day)))
    draft = drafts.begin(LAMPS, ADA)
    texts = {**draft.texts, "en.md": draft.texts["en.md"].replace(old, new)}
    drafts.save(LAMPS, texts, version=draft.version, actor=ADA)


def _app(content: Workspace, role: ServiceRole = ServiceRole.WRITER) -> Flask:
    settings = Settings(content.locations, role=role)
    services = Services(settings, clock=lambda: TODAY)
    services.content.update_index()
    return create_app(services=services)


@pytest.fixture
def summary(content: Workspace) -> str:
    """Return the English summary of the record, which the history has on 5 March."""
    _scan(content, 5)
    corpus = content.corpus()
    assert LAMPS is not None
    return corpus.records[LAMPS].edition(Locale.EN).summary


@pytest.fixture
def edited(content: Workspace, summary: str) -> FlaskClient:
    """Return a client of a site whose record was edited twice on 10 March."""
    _edit(content, 10, summary, "The summary of the morning.", hour=8)
    _edit(content, 10, "The summary of the morning.", "The present one.", hour=23)
    return _app(content).test_client()


@pytest.mark.parametrize("day", ["2026-03-05", "2026-03-09"])
def test_a_page_shows_the_record_as_it_stood(
    edited: FlaskClient, summary: str, day: str
) -> None:
    """The band leads to the current version, and crawlers index only that one."""
    page = edited.get(f"{PAGE}?at={day}").text

    assert summary in page
    assert "The present one." not in page
    assert "It has changed since: the current version is of 10 March 2026." in page
    assert f'<a href="{PAGE}">Read the current version</a>' in page
    assert '<meta name="robots" content="noindex">' in page
    assert f'<link rel="canonical" href="{PAGE}">' in page
    assert f"{PAGE}?at={day}</span>" in page


@pytest.mark.parametrize("day", ["2026-03-10", "2026-03-20"])
def test_a_day_counts_to_its_end(edited: FlaskClient, day: str) -> None:
    """Of two edits of a day, the state is that after the second."""
    page = edited.get(f"{PAGE}?at={day}").text

    assert "The present one." in page
    assert "It has not changed since." in page


def test_the_page_of_the_present_has_no_band(edited: FlaskClient) -> None:
    """An empty parameter counts as absent."""
    for address in (PAGE, f"{PAGE}?at="):
        page = edited.get(address).text

        assert "The present one." in page
        assert "as it stood" not in page


def test_the_feed_of_a_record_has_its_state_of_each_day(edited: FlaskClient) -> None:
    """Of two edits of a day, the second; each entry leads to the state of its day."""
    feed = edited.get("/en/feed.atom?r=practices/newtown-lamps").text

    ids = re.findall(r"<id>http://127.0.0.1:8000([^<]+)", feed)
    assert ids == [
        "/en/feed.atom?r=practices/newtown-lamps",
        f"{PAGE}?at=2026-03-10",
        f"{PAGE}?at=2026-03-05",
    ]
    assert "<updated>2026-03-10T23:00:00Z</updated>" in feed
    assert all(edited.get(address).status_code == 200 for address in ids)


def test_similar_records_of_a_past_state_are_not_cached(edited: FlaskClient) -> None:
    """The page of the present would otherwise show those of the past."""
    before = edited.get(PAGE).text
    edited.get(f"{PAGE}?at=2026-03-05")

    assert edited.get(PAGE).text == before


def test_the_api_has_the_state_of_a_day(edited: FlaskClient, summary: str) -> None:
    """A program learns when the state began, and whether it is the present one."""
    past = edited.get(f"{API}?at=2026-03-09").json
    present = edited.get(f"{API}?at=2026-03-20").json

    assert past is not None
    assert present is not None
    assert past["editions"]["en"]["summary"] == summary
    assert (past["at"], past["current"]) == ("2026-03-09", False)
    assert past["changed_at"] == "2026-03-05T12:00:00Z"
    assert present["current"] is True
    assert "at" not in (edited.get(API).json or {})


@pytest.mark.parametrize(
    ("day", "status", "message"),
    [
        ("2026-03-04", 404, "begins on 5 March 2026: earlier versions are not stored"),
        ("0001-01-01", 404, "begins on 5 March 2026"),
        ("2026-03-21", 404, "21 March 2026 has not come yet"),
        ("9999-12-31", 404, "31 December 9999 has not come yet"),
        ("2026-02-30", 400, "“2026-02-30” is not a day"),
        ("20260301", 400, "“20260301” is not a day"),
        ("2026-W10-1", 400, "is not a day: write year, month and day"),
        ("\u0662\u0660\u0662\u0666-03-01", 400, "is not a day"),
        ("<script>", 400, "“&lt;script&gt;” is not a day"),
    ],
)
def test_a_day_without_a_state_is_explained(
    edited: FlaskClient, day: str, status: int, message: str
) -> None:
    """In the language of the reader, on the page and in the API."""
    page = edited.get(PAGE, query_string={"at": day})
    french = edited.get(PAGE.replace("/en/", "/fr/"), query_string={"at": day})
    body = edited.get(API, query_string={"at": day, "hl": "en"})

    assert (page.status_code, french.status_code) == (status, status)
    assert message in page.text
    assert message not in french.text
    assert body.status_code == status
    assert body.json is not None
    assert body.json["error"]["code"] == (
        "bad-date" if status == 400 else "no-such-state"
    )


def test_what_was_withdrawn_is_not_shown_after_it_came_back(
    content: Workspace, summary: str
) -> None:
    """A record may have been withdrawn since its text was confidential."""
    assert LAMPS is not None
    Publisher(open_repository(content.locations, clock=_at(8))).withdraw(
        LAMPS, actor=ADA
    )
    _save_draft(content, 12, summary, "Public.")
    publisher = Publisher(open_repository(content.locations, clock=_at(13)))
    publisher.publish(LAMPS, actor=ADA)
    client = _app(content).test_client()

    earlier = client.get(f"{PAGE}?at=2026-03-06")
    later = client.get(f"{PAGE}?at=2026-03-13")

    assert earlier.status_code == 404
    assert "public since 13 March 2026: there is no earlier version" in earlier.text
    assert summary not in earlier.text
    assert "Public." in later.text


@pytest.mark.parametrize("status", [404, 410])
def test_an_absent_record_has_no_past(
    content: Workspace, summary: str, status: int
) -> None:
    """Withdrawn records answer 404 as if they never existed, deleted ones 410."""
    assert LAMPS is not None
    repository = open_repository(content.locations, clock=_at(8))
    if status == 410:
        Trash(repository).delete(LAMPS, actor=ADA)
    else:
        Publisher(repository).withdraw(LAMPS, actor=ADA)
    client = _app(content).test_client()

    for address in (PAGE, API):
        answer = client.get(f"{address}?at=2026-03-06")

        assert answer.status_code == status
        assert summary not in answer.text


def test_a_draft_is_never_a_past_state(content: Workspace, summary: str) -> None:
    """Only what visitors could read is shown."""
    _save_draft(content, 8, summary, "Secret.")
    client = _app(content).test_client()

    assert "Secret." not in client.get(f"{PAGE}?at=2026-03-20").text


def test_files_that_were_replaced_are_not_offered(content: Workspace) -> None:
    """A file may have been replaced because it was confidential."""
    path = content.add_file(b"# The old report\n")
    _scan(content, 5)
    record = content.path("deliverables/d9.1/record.yaml")
    old = sha256_of(path)
    path.write_text("# The new report\n", "utf-8")
    record.write_text(record.read_text("utf-8").replace(old, sha256_of(path)), "utf-8")
    _scan(content, 10)
    client = _app(content).test_client()

    def files(day: int) -> list[str]:
        body = client.get(f"/api/v1/records/deliverables/d9.1?at=2026-03-{day:02}").json
        return [each["sha256"] for each in (body or {})["files"]]

    assert files(6) == []
    assert files(12) == [sha256_of(path)]


def test_links_to_withdrawn_records_are_left_out(content: Workspace) -> None:
    """The past state of a record must not name what visitors may no longer see."""
    _scan(content, 5)
    content.replace("events/w9/record.yaml", "deliverables: [d9.1]\n", "")
    shutil.rmtree(content.path("deliverables/d9.1"))
    _scan(content, 10)
    client = _app(content).test_client()

    body = client.get("/api/v1/records/events/w9?at=2026-03-06").json

    assert body is not None
    assert body["deliverables"] == []
    assert "/deliverables/d9.1" not in client.get("/en/events/w9?at=2026-03-06").text


def test_a_reader_without_history_says_so(content: Workspace) -> None:
    """The other machine may send the content only."""
    client = _app(content, ServiceRole.READER).test_client()

    answer = client.get(f"{PAGE}?at=2026-03-06")

    assert answer.status_code == 404
    assert "This service has no history of this record" in answer.text


def test_a_record_without_a_readable_state_has_only_its_present(
    content: Workspace, summary: str
) -> None:
    """Nothing is guessed where the only stored state has errors."""
    assert summary
    content.replace("practices/newtown-lamps/record.yaml", "id: newtown-lamps", "id: x")
    _scan(content, 10)
    client = _app(content).test_client()

    assert client.get(f"{PAGE}?at=2026-03-11").status_code == 200


@pytest.mark.parametrize("has_history", [True, False])
def test_the_permanent_address_names_the_day(
    content: Workspace, *, has_history: bool
) -> None:
    """Without a history it is the address of the record."""
    assert LAMPS is not None
    if has_history:
        _scan(content, 5)
    app = _app(content)

    with app.test_request_context("/en/"):
        record = app.extensions["kb-services"].corpus.records[LAMPS]
        url = state_url(record, Locale.EN)

    assert url == (f"{PAGE}?at=2026-03-20" if has_history else PAGE)


def test_a_page_of_the_past_is_revalidated_when_the_history_changes(
    content: Workspace, edited: FlaskClient
) -> None:
    """The band says whether the record changed since."""
    address = f"{PAGE}?at=2026-03-15"
    etag = edited.get(address).headers["ETag"]
    headers = {"If-None-Match": etag}
    assert edited.get(address, headers=headers).status_code == 304

    _edit(content, 18, "The present one.", "A newer one.")

    assert edited.get(address, headers=headers).status_code == 200


def test_a_citation_of_an_earlier_state_leads_to_it(edited: FlaskClient) -> None:
    """The page of today offers the address of today's text, which will stay."""
    assert f"{PAGE}?at=2026-03-20" in edited.get(PAGE).text
    past = edited.get(f"{PAGE}?at=2026-03-06").text
    assert f"{PAGE}?at=2026-03-06. " in past or f"{PAGE}?at=2026-03-06 [" in past
    assert f"{PAGE}.bib?at=2026-03-06" in past

    reference = edited.get(f"{PAGE}.bib?at=2026-03-06").text

    assert f"{PAGE}?at=2026-03-06" in reference
    assert "The present one" not in reference
