"""Tests of partial dates."""

import pytest

from indexer.model.dates import PartialDate, years_between


@pytest.mark.parametrize("text", ["2018", "2018-10", "2018-10-30"])
def test_str_of_a_parsed_date_is_its_text(text: str) -> None:
    """A year alone gets no month or day."""
    date = PartialDate.parse(text)

    assert str(date) == text


@pytest.mark.parametrize(
    "text", ["", "18", "2018-13", "2018-02-30", "30/10/2018", "2018-1", "0000", "x2018"]
)
def test_parse_returns_none_for_invalid_dates(text: str) -> None:
    """A slip in a date is reported, never corrected by a guess."""
    assert PartialDate.parse(text) is None


def test_years_of_a_period_include_those_between() -> None:
    """The filter `year=2017` matches a practice from 2016 to 2018."""
    years = years_between(PartialDate(2016), PartialDate(2018, 3))

    assert years == (2016, 2017, 2018)


def test_period_without_dates_has_no_years() -> None:
    """No value of the year filter matches a record without a date."""
    assert years_between(None, None) == ()
