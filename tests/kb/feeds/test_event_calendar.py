"""The calendar of events: valid, and as precise as the dates are known."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from kb.app import create_app
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.calendar_rules import checked_events


def w9(data: bytes) -> Any:
    """Return the event `w9` of a calendar, None if it is not in it."""
    found = [e for e in checked_events(data) if e["UID"].startswith("w9.")]
    return found[0] if found else None


def dated(content: Workspace, date: str, *more: str) -> FlaskClient:
    """Return a client of a site whose event `w9` has a date."""
    path = content.path("events/w9/record.yaml")
    lines = path.read_text("utf-8").splitlines()
    kept = [each for each in lines if not each.startswith(("date", "end_date"))]
    dates = [f"date: {date}"] if date else []
    path.write_text("\n".join((*kept, *dates, *more, "")), "utf-8")
    services = Services(Settings(content.locations, base_url="https://kb.example.org"))
    services.content.update_index()
    return create_app(services=services).test_client()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_calendar_is_valid(real_app: Flask, locale: str) -> None:
    """It contains each real event whose month is known."""
    response = real_app.test_client().get(f"/{locale}/events.ics")

    events = checked_events(response.data)
    assert response.content_type == "text/calendar; charset=utf-8"
    corpus = real_app.extensions["kb-services"].corpus
    starts = [(each.id.slug, each.period[0]) for each in corpus.of_kind(Kind.EVENT)]
    known = {slug for slug, start in starts if start is not None and start.month}
    uids = {str(each["UID"]).partition(".")[0] for each in events}
    assert uids == known


@pytest.mark.parametrize(
    ("date", "start", "end", "status"),
    [
        ("2027-03-05", (2027, 3, 5), (2027, 3, 6), "CONFIRMED"),
        ("2027-03-05\nend_date: 2027-03-07", (2027, 3, 5), (2027, 3, 8), "CONFIRMED"),
        ("2028-02", (2028, 2, 1), (2028, 3, 1), "TENTATIVE"),
        ("2027-03-05\ninferred: [date]", (2027, 3, 5), (2027, 3, 6), "TENTATIVE"),
    ],
)
def test_an_event_has_the_days_that_are_known(
    content: Workspace,
    date: str,
    start: tuple[int, int, int],
    end: tuple[int, int, int],
    status: str,
) -> None:
    """RFC 5545: the end is the day after the last one."""
    data = dated(content, date).get("/en/events.ics").data

    event = w9(data)
    assert (event.start, event.end) == (dt.date(*start), dt.date(*end))
    assert event["STATUS"] == status
    assert event["UID"] == "w9.event@kb.example.org"
    assert event["URL"] == "https://kb.example.org/en/events/w9"
    if date == "2028-02":
        note = "The exact day is not known: February 2028."
        assert str(event["DESCRIPTION"]).startswith(note)


@pytest.mark.parametrize("date", ["2027", ""])
def test_an_event_without_a_month_is_left_out(content: Workspace, date: str) -> None:
    """It would fill a year."""
    assert w9(dated(content, date).get("/fr/events.ics").data) is None


def test_a_title_is_never_a_line_of_the_calendar(content: Workspace) -> None:
    """Commas, semicolons, backslashes and line ends are escaped."""
    title = "a, b; c \\\\ END:VEVENT\\nBEGIN:VALARM"
    path = content.path("events/w9/en.md")
    lines = path.read_text("utf-8").splitlines()
    lines[1] = f'title: "{title}"'
    path.write_text("\n".join(lines), "utf-8")

    event = w9(dated(content, "2027-03-05").get("/en/events.ics").data)

    assert str(event["SUMMARY"]).startswith("a, b; c \\ END:VEVENT")


def test_calendars_do_not_load_what_did_not_change(client: FlaskClient) -> None:
    """They ask every day."""
    etag = client.get("/fr/events.ics").headers["ETag"]

    again = client.get("/fr/events.ics", headers={"If-None-Match": etag})

    assert again.status_code == 304
