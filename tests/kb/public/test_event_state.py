"""The page of an event before it takes place and after."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Event
from kb.public.record.linked_records import LinkedRecords
from kb.public.record.text_parts import TextParts
from kb.public.record.view import EventState, event_state
from tests.support.builders import Workspace
from tests.support.pages import page_of

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
