"""Events: their own state, and where those to come are announced."""

import datetime as dt

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Event
from kb.app import create_app
from kb.core.settings import Settings
from kb.public.record.linked_records import LinkedRecords
from kb.public.record.text_parts import TextParts
from kb.public.record.view import EventState, event_state
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.pages import page_of
from tests.support.staff import HandClock

NOTHING = TextParts(None, (), None, None)
NO_LINKS = LinkedRecords((), (), ())
REGISTRATION = "https://example.org/register"


def event(workspace: Workspace, date: str) -> Event:
    """Return the event of the small corpus with another date, open to register."""
    workspace.replace("events/w9/record.yaml", "date: 2017-12-01", f"date: {date}")
    path = workspace.path("events/w9/record.yaml")
    path.write_text(f"{path.read_text('utf-8')}registration: {REGISTRATION}\n", "utf-8")
    corpus: Corpus = workspace.corpus()
    found = corpus.records[RecordId(Kind.EVENT, "w9")]
    assert isinstance(found, Event)
    return found


def state(record: Event, today: dt.date) -> EventState:
    """Return the state of an event without linked records."""
    found = event_state(record, NOTHING, NO_LINKS, Locale.FR, today)
    assert found is not None
    return found


def test_an_event_to_come_shows_its_day_and_where_to_register(
    workspace: Workspace,
) -> None:
    """Its first day is a leaf of a calendar, in the language of the page."""
    found = state(event(workspace, "2027-04-15"), dt.date(2027, 4, 14))

    assert found.is_to_come
    assert found.leaf is not None
    assert (found.leaf.month, found.leaf.day, found.leaf.weekday) == (
        "avril 2027",
        "15",
        "jeudi",
    )
    assert found.registration == REGISTRATION
    assert not found.has_no_outcome


def test_registration_ends_when_the_event_begins(workspace: Workspace) -> None:
    """An event of several days is to come until its last day is over."""
    record = event(workspace, "2027-04-15\nend_date: 2027-04-16")

    assert state(record, dt.date(2027, 4, 16)).is_to_come
    assert state(record, dt.date(2027, 4, 16)).registration == ""
    assert not state(record, dt.date(2027, 4, 17)).is_to_come


def test_a_month_without_a_day_has_no_leaf(workspace: Workspace) -> None:
    """A leaf with an invented day would be false."""
    found = state(event(workspace, "2027-04"), dt.date(2027, 1, 1))

    assert found.is_to_come
    assert found.leaf is None


def test_a_past_event_without_outcome_says_so(workspace: Workspace) -> None:
    """Neither text, recommendation nor deliverable tells what came out of it."""
    assert state(event(workspace, "2027-04-15"), dt.date(2028, 1, 1)).has_no_outcome


def test_what_came_out_of_an_event_comes_first(real_app: Flask) -> None:
    """Then the recommendations, then what was discussed; in the contents too."""
    page = page_of(real_app.test_client(), "/en/events/w2")
    wanted = [
        "What came out of it",
        "Recommendations arising from it",
        "What was discussed",
    ]

    titles = [
        each.get_text(strip=True) for each in page.select(".prose > section > h2")
    ]
    contents = [each.get_text(strip=True) for each in page.select(".contents a")]
    assert titles[:3] == wanted
    assert contents[:3] == wanted


@pytest.mark.parametrize("slug", ["w9", "undated"])
def test_a_past_or_undated_event_invites_nobody(client: FlaskClient, slug: str) -> None:
    """Only an event that is surely to come does."""
    assert page_of(client, f"/en/events/{slug}").select_one(".soon") is None


DAY = dt.datetime(2027, 4, 14, 9, tzinfo=dt.UTC)


def client_on(workspace: Workspace, day: dt.datetime) -> FlaskClient:
    """Return a browser on a day, with an event of the small corpus in April 2027."""
    services = Services(Settings(workspace.locations), clock=HandClock(day))
    return create_app(services=services).test_client()


@pytest.fixture
def announced(content: Workspace) -> Workspace:
    """Return content whose workshop is on 15 and 16 April 2027, in two languages."""
    content.replace(
        "events/w9/record.yaml",
        "date: 2017-12-01",
        f"date: 2027-04-15\nend_date: 2027-04-16\nregistration: {REGISTRATION}\n"
        "languages: [fr, en]",
    )
    return content


@pytest.mark.parametrize("page", ["", "follow"])
@pytest.mark.parametrize(
    ("locale", "heading", "languages"),
    [
        ("fr", "Prochaines rencontres", "français et anglais"),
        ("en", "Next meetings", "French and English"),
    ],
)
def test_an_event_to_come_is_announced(
    announced: Workspace, page: str, locale: str, heading: str, languages: str
) -> None:
    """With its languages and the way to register, in the language of the page."""
    text = client_on(announced, DAY).get(f"/{locale}/{page}").text

    assert heading in text
    assert languages in text
    assert f'href="{REGISTRATION}"' in text


@pytest.mark.parametrize("page", ["/fr/", "/en/follow"])
def test_a_past_event_is_announced_no_more(announced: Workspace, page: str) -> None:
    """On its last day it is still there, without registration; then it is gone."""
    last = client_on(announced, DAY + dt.timedelta(days=2)).get(page).text
    after = client_on(announced, DAY + dt.timedelta(days=3)).get(page).text

    assert 'id="upcoming"' in last
    assert REGISTRATION not in last
    assert 'id="upcoming"' not in after


def test_the_calendar_names_the_page_to_register(announced: Workspace) -> None:
    """Whoever subscribes finds it in the event."""
    data = client_on(announced, DAY).get("/en/events.ics").data

    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    (found,) = [each for each in events if str(each["uid"]).startswith("w9.")]
    assert f"Register: {REGISTRATION}" in str(found["description"])


def test_the_api_and_the_page_name_the_languages(announced: Workspace) -> None:
    """As codes for programs, in words for people."""
    client = client_on(announced, DAY)

    body = client.get("/api/v1/records/event/w9").get_json()

    assert body["languages"] == ["fr", "en"]
    assert body["registration"] == REGISTRATION
    assert "français et anglais" in client.get("/fr/events/w9").text


def test_an_unknown_language_code_is_reported(announced: Workspace) -> None:
    """The check names the field."""
    announced.replace("events/w9/record.yaml", "[fr, en]", "[fr, english]")

    problems = [str(each) for each in announced.corpus().problems]

    assert any("languages" in each or "english" in each for each in problems)
