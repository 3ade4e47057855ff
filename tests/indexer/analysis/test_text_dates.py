"""Dates as texts write them, in both languages."""

import pytest

from indexer.analysis.text_dates import (
    date_of,
    dated_texts,
    dates_in,
    with_dates_in_words,
)
from indexer.model.ids import Locale


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 February 2018", "2018-02-20"),
        ("February 20th, 2018", "2018-02-20"),
        ("1er août 2019", "2019-08-01"),
        ("1 er juin 2015", "2015-06-01"),
        ("1ᵉʳ juin 2015", "2015-06-01"),
        ("2 nd of March 2016", "2016-03-02"),
        ("3 rd May 2016", "2016-05-03"),
        ("March 21 st, 2016", "2016-03-21"),
        ("le 7 décembre 2018", "2018-12-07"),
        ("07/12/2018", "2018-12-07"),
        ("2018-10-30", "2018-10-30"),
        ("Mars 2025", "2025-03"),
        ("Deliverable D3.4 March 2018", "2018-03"),
        ("Sept. 2017", "2017-09"),
        ("01-June-2015", "2015-06-01"),
        ("01-Jun-15", "2015-06-01"),
        ("2015/06/30", "2015-06-30"),
        ("30 / 06 / 2015", "2015-06-30"),
        ("22-01-2021", "2021-01-22"),
        ("Juin-2015", "2015-06"),
        ("06-2015", "2015-06"),
        ("05.2021", "2021-05"),
        ("8. November 2018", "2018-11-08"),
        ("20 de marzo de 2020", "2020-03-20"),
        ("Marzo de 2020", "2020-03"),
        ("1° settembre 2019", "2019-09-01"),
        ("Juni 2016", "2016-06"),
    ],
)
def test_dates_in_both_languages(text: str, expected: str) -> None:
    """Day, month and year are parsed."""
    assert [str(date) for date in dates_in(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30/10/2018", "2018-10-30"),
        ("1er  août 2019", "2019-08-01"),
        ("October 2018", "2018-10"),
        ("2018-10-30", "2018-10-30"),
        ("3-5 mars 2025", None),
        ("31/02/2018", None),
        ("2018", None),
    ],
)
def test_date_of_parses_a_date_and_nothing_else(
    text: str, expected: str | None
) -> None:
    """A text with more than a date has none."""
    found = date_of(text)

    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    "text",
    ["31/02/2018", "in 2018", "99 May 2018", "12345678", "D02-2018", "2017-2018"],
)
def test_invalid_dates_are_ignored(text: str) -> None:
    """Impossible days and bare years are no dates."""
    assert "2018-02" not in {str(each) for each in dates_in(text)}


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("émeutes du 22/01/2021", Locale.FR, "émeutes du |22 janvier 2021|"),
        (
            "Jan. 1st, 2021 and 2021-02",
            Locale.EN,
            "|1 January 2021| and |February 2021|",
        ),
        ("01/06/2018", Locale.FR, "|1er juin 2018|"),
        ("ﬁn 22/01/2021", Locale.FR, "ﬁn 22/01/2021"),
        ("99/99/2021", Locale.FR, "99/99/2021"),
    ],
)
def test_dates_are_written_in_words(text: str, locale: Locale, expected: str) -> None:
    """A text whose letters change in number has no known positions."""
    assert with_dates_in_words(text, locale, "|") == expected


def test_a_date_has_the_texts_between_it_and_the_next_ones() -> None:
    """The words beside one of two dates are not those of the other."""
    found = dated_texts("Publié le 6 mars 2020 – mis à jour le 12 mai 2021 (v2)")

    assert [(str(each.date), each.before, each.after) for each in found] == [
        ("2020-03-06", "publie le ", " – mis a jour le "),
        ("2021-05-12", " – mis a jour le ", " (v2)"),
    ]
