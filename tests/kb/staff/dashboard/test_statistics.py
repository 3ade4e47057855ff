"""Tests of the statistics."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from kb.database.model import COUNT_DAYS, CountedUse
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from kb.staff.dashboard.statistics_page import USE_LABELS
from tests.support.staff import Browser, HandClock

PAGE = "/en/staff/statistics"
LAMPS = "practices/newtown-lamps"


def rows(text: str) -> dict[str, list[str]]:
    """Return the numbers of all tables of a page, by the heading of their rows."""
    found = BeautifulSoup(text, "lxml").select("tbody tr")
    return {
        each.th.get_text(strip=True): [cell.get_text() for cell in each.select("td")]
        for each in found
        if each.th is not None
    }


def test_what_visitors_take_away_is_counted_by_day(
    app: Flask, database: StaffDatabase
) -> None:
    """What fails, and what is only looked at, is not counted."""
    visitor = app.test_client()
    visitor.post("/en/dossier", data={"add": LAMPS})
    visitor.post("/en/dossier", data={"remove": LAMPS})
    visitor.get("/en/dossier")
    visitor.get(f"/en/{LAMPS}.ris")
    visitor.get("/en/practices/no-such.ris")
    visitor.get("/en/search.csv?q=rue")

    totals = database.daily_counts.totals(30)

    assert {use: count for use, count in totals.items() if count} == {
        CountedUse.DOSSIER_ADDITION: 1,
        CountedUse.REFERENCE: 1,
        CountedUse.SEARCH_EXPORT: 1,
    }


def test_counts_end(database: StaffDatabase, clock: HandClock) -> None:
    """A count is in the periods that contain its day; later it is deleted."""
    database.daily_counts.add(CountedUse.DUMP)

    clock.advance(days=40)
    assert database.daily_counts.totals(30)[CountedUse.DUMP] == 0
    assert database.daily_counts.totals(90)[CountedUse.DUMP] == 1
    clock.advance(days=COUNT_DAYS)
    database.daily_counts.totals(30)
    clock.advance(days=-COUNT_DAYS)
    assert database.daily_counts.totals(90)[CountedUse.DUMP] == 0


def test_nothing_is_counted_where_the_setting_says_so(
    app: Flask, services: Services, clock: HandClock
) -> None:
    """`KB_UNFOUND_SEARCHES=no` is for all counts."""
    silent = Services(replace(services.settings, counts_unfound=False), clock=clock)
    app.extensions["kb-services"] = silent

    app.test_client().get(f"/en/{LAMPS}.ris")

    assert not any(silent.database.daily_counts.totals(30).values())


def test_the_page_counts_records_and_drafts(editor: Browser) -> None:
    """Records by language and theme, drafts by state."""
    editor.post(f"/en/staff/records/{LAMPS}/change")
    editor.post(f"/en/staff/drafts/{LAMPS}/state", state="ready")

    found = rows(editor.get(PAGE).text)

    published, both, french, english, *states = map(int, found["Practices"])
    assert published == both + french + english > 0
    assert states == [0, 1, 0]


@pytest.mark.parametrize("days", ["30", "90", "365", "7", "x", "²"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_any_period_is_answered(days: str, locale: str, editor: Browser) -> None:
    """An unknown period is the first one."""
    answer = editor.get(f"/{locale}/staff/statistics?days={days}")

    assert answer.status_code == 200


def test_each_use_has_a_label() -> None:
    """The page names every use that is counted."""
    assert set(USE_LABELS) == set(CountedUse)
