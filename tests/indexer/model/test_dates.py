"""Dates as precise as their source."""

from __future__ import annotations

import pytest

from indexer.model.dates import PartialDate, years_between


@pytest.mark.parametrize("text", ["2018", "2018-10", "2018-10-30"])
def test_a_date_is_written_as_it_was_read(text: str) -> None:
    """Staff who give a year must not see a day appear."""
    date = PartialDate.parse(text)

    assert str(date) == text


@pytest.mark.parametrize(
    "text", ["", "18", "2018-13", "2018-02-30", "30/10/2018", "2018-1", "0000", "x2018"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """A slip in a date must be reported, not guessed at."""
    assert PartialDate.parse(text) is None


def test_a_period_touches_all_its_years() -> None:
    """A practice that ran from 2016 to 2018 is found by the year 2017."""
    years = years_between(PartialDate(2016), PartialDate(2018, 3))

    assert years == (2016, 2017, 2018)


def test_no_date_touches_no_year() -> None:
    """A record without a date has no year to be found by."""
    assert years_between(None, None) == ()
