"""Dates and numbers as texts."""

import pytest

from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from kb.web.date_text import date_text, number_text, period_text

DAY, FIRST = PartialDate(2018, 12, 7), PartialDate(2018, 6, 1)


@pytest.mark.parametrize(
    ("date", "french", "english"),
    [
        (DAY, "7 décembre 2018", "7 December 2018"),
        (FIRST, "1er juin 2018", "1 June 2018"),
        (PartialDate(2017, 8), "août 2017", "August 2017"),
        (PartialDate(2016), "2016", "2016"),
    ],
)
def test_a_date_text_is_as_precise_as_the_date(
    date: PartialDate, french: str, english: str
) -> None:
    """A month is never shown as a day."""
    assert date_text(date, Locale.FR) == french
    assert date_text(date, Locale.EN) == english


@pytest.mark.parametrize(
    ("start", "end", "french"),
    [
        (PartialDate(2016), PartialDate(2018), "2016–2018"),
        (PartialDate(2018, 4, 17), PartialDate(2018, 4, 18), "17–18 avril 2018"),
        (PartialDate(2016, 3), PartialDate(2018), "2016–2018"),
        (DAY, None, "7 décembre 2018"),
        (DAY, DAY, "7 décembre 2018"),
        (PartialDate(2018, 6, 1), PartialDate(2018, 6, 2), "1er–2 juin 2018"),
        (PartialDate(2018, 6), PartialDate(2018, 7), "juin 2018–juillet 2018"),
        (PartialDate(2018), PartialDate(2018, 7), "2018"),
        (None, None, ""),
    ],
)
def test_a_period_text_is_as_precise_as_its_less_precise_end(
    start: PartialDate | None, end: PartialDate | None, french: str
) -> None:
    """A period from a day to a year shows only years."""
    assert period_text(start, end, Locale.FR).replace(" – ", "–") == french


def test_numbers_have_the_separators_of_the_language() -> None:
    """1 851 in French and 1,851 in English."""
    assert number_text(1851, Locale.FR) == "1\u202f851"
    assert number_text(1851, Locale.EN) == "1,851"
