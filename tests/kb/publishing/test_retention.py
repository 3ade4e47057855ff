"""Tests of the retention of dated items, with a clock that is wrong at times."""

import datetime as dt
from pathlib import Path

import pytest

from kb.publishing.storage.retention import Retention
from tests.support.staff import START, HandClock

DAYS = 90
DAY = dt.timedelta(days=1)


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that is set by hand."""
    return HandClock()


@pytest.fixture
def retention(tmp_path: Path) -> Retention:
    """Return a retention of ninety days."""
    return Retention(tmp_path / "days.json", days=DAYS)


def days_until_expired(
    retention: Retention, clock: HandClock, stored_at: dt.datetime
) -> int:
    """Ask several times a day; return on which day the item has expired."""
    for day in range(4 * DAYS):
        for _ in range(3):
            if retention.expired({"item": stored_at}, clock()):
                return day
            clock.advance(hours=4)
        clock.advance(hours=12)
    raise AssertionError("the item never expires")


def test_an_item_expires_after_its_days(retention: Retention, clock: HandClock) -> None:
    """This is the usual case: nothing is counted."""
    assert days_until_expired(retention, clock, START) == DAYS


@pytest.mark.parametrize("ahead", [DAY, 200 * DAY, 30_000 * DAY])
def test_a_date_in_the_future_expires_too(
    retention: Retention, clock: HandClock, ahead: dt.timedelta
) -> None:
    """The clock was ahead when the item was stored."""
    assert DAYS <= days_until_expired(retention, clock, START + ahead) <= DAYS + 1


def test_a_clock_that_is_behind_for_some_days_deletes_nothing(
    retention: Retention, clock: HandClock
) -> None:
    """A machine without a battery starts in 1970 until the network gives the time."""
    assert not retention.expired({"item": START}, clock())
    for number in range(5):
        behind = dt.datetime(1970, 1, 1 + number, tzinfo=dt.UTC)
        assert not retention.expired({"item": START}, behind)

    assert days_until_expired(retention, clock, START) == DAYS


def test_a_clock_that_stays_behind_deletes_in_the_end(
    retention: Retention, clock: HandClock
) -> None:
    """Nobody sets the clock of this machine."""
    clock.now = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

    assert days_until_expired(retention, clock, START) == DAYS


def test_many_starts_on_one_day_count_once(
    retention: Retention, clock: HandClock
) -> None:
    """Each start of the service looks for expired items."""
    later = START + 10 * DAY
    for _ in range(3 * DAYS):
        assert not retention.expired({"item": later}, clock())


@pytest.mark.parametrize("stored", ["", "[]", "{", '{"day": 1, "counts": {"a": []}}'])
def test_a_damaged_count_starts_again(
    retention: Retention, tmp_path: Path, stored: str
) -> None:
    """Items then stay longer, and are not deleted early."""
    (tmp_path / "days.json").write_text(stored)

    assert not retention.expired({"item": START + DAY}, START)
    assert '"item": 1' in (tmp_path / "days.json").read_text()


def test_nothing_is_written_for_usual_dates(
    retention: Retention, tmp_path: Path
) -> None:
    """The file exists only after the clock was wrong."""
    assert retention.expired({"old": START - 91 * DAY, "new": START}, START) == {"old"}
    assert not list(tmp_path.iterdir())
