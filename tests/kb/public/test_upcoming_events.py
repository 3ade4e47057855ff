"""Events to come on the home page, on the page on following and in the calendar."""

import datetime as dt

import icalendar
import pytest
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.staff import HandClock

REGISTRATION = "https://example.org/register"
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
