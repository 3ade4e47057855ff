"""Tests of the age of folders, with a clock that is wrong at times."""

import datetime as dt
import os
from pathlib import Path

import pytest

from kb.publishing.storage.folders import is_expired
from tests.support.staff import START, HandClock

DAYS = 90
DAY = dt.timedelta(days=1)


def days_until_expired(folder: Path, clock: HandClock, stored_at: dt.datetime) -> int:
    """Ask several times a day; return on which day the folder has expired."""
    for day in range(4 * DAYS):
        for _ in range(3):
            if is_expired(folder, stored_at, clock(), days=DAYS):
                return day
            clock.advance(hours=4)
        clock.advance(hours=12)
    raise AssertionError("the folder never expires")


@pytest.mark.parametrize("ahead", [0 * DAY, DAY, 200 * DAY, 30_000 * DAY])
def test_a_folder_expires_after_its_days(tmp_path: Path, ahead: dt.timedelta) -> None:
    """The clock was ahead, or right, when it was stored."""
    stored_at = START + ahead
    os.utime(tmp_path, (stored_at.timestamp(), stored_at.timestamp()))

    assert DAYS <= days_until_expired(tmp_path, HandClock(), stored_at) <= DAYS + 1


def test_a_clock_that_is_behind_for_some_days_deletes_nothing(tmp_path: Path) -> None:
    """A machine without a battery starts in 1970 until the network gives the time."""
    for number in range(5):
        behind = dt.datetime(1970, 1, 1 + number, tzinfo=dt.UTC)
        assert not is_expired(tmp_path, START, behind, days=DAYS)

    assert days_until_expired(tmp_path, HandClock(), START) == DAYS


def test_a_clock_that_stays_behind_deletes_in_the_end(tmp_path: Path) -> None:
    """Nobody sets the clock of this machine."""
    clock = HandClock()
    clock.now = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

    assert days_until_expired(tmp_path, clock, START) == DAYS
