"""Tests of the counts of searches without results."""

import pytest

from indexer.model.ids import Locale
from kb.database.counts import MAX_A_DAY
from kb.database.model import CountedSearch
from kb.database.staff_database import StaffDatabase
from tests.support.staff import HandClock


def test_searches_are_normalized(database: StaffDatabase, clock: HandClock) -> None:
    """The most frequent is first."""
    for typed in ("Trottinettes", " trottinettes ", "TROTTINETTES", "drones"):
        database.zero_result_searches.add(typed, Locale.FR)
        clock.advance(days=1)
    database.zero_result_searches.add("drones", Locale.EN)

    found = database.zero_result_searches.most_frequent(limit=10)

    assert found == (
        CountedSearch("trottinettes", Locale.FR, 3),
        CountedSearch("drones", Locale.EN, 1),
        CountedSearch("drones", Locale.FR, 1),
    )
    assert len(database.zero_result_searches.most_frequent(limit=1)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "x" * 101, "lea@example.org", "mon mail lea@example.org merci"),
        *("06 12 34 56 78", "+33.6.12.34.56.78", "https://example.org/moi", "a\0b"),
        "1 85 05 78 006 084 36",
    ],
)
def test_personal_searches_are_not_stored(database: StaffDatabase, typed: str) -> None:
    """E-mail addresses, phone numbers and URLs are skipped."""
    assert not database.zero_result_searches.add(typed, Locale.FR)
    assert database.zero_result_searches.most_frequent(limit=10) == ()


def test_counts_are_deleted_after_ninety_days(
    database: StaffDatabase, clock: HandClock
) -> None:
    """Not a day earlier."""
    database.zero_result_searches.add("drones", Locale.FR)
    clock.advance(days=89)
    assert len(database.zero_result_searches.most_frequent(limit=10)) == 1

    clock.advance(days=1)

    assert database.zero_result_searches.most_frequent(limit=10) == ()
    with database.store.reading() as connection:
        rows = connection.execute("SELECT count(*) FROM unfound_searches")
        assert rows.fetchone()[0] == 0


def fill_the_day(database: StaffDatabase, *, count: int) -> None:
    """Add a search that was counted twice, and made-up ones up to the limit."""
    for _ in range(2):
        database.zero_result_searches.add("drones", Locale.FR)
    with database.store.writing() as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO unfound_searches SELECT (SELECT day FROM unfound_searches),"
            " 'fr', 'w' || i, ? FROM n",
            (MAX_A_DAY - 1, count),
        )


def counted(database: StaffDatabase) -> dict[str, int]:
    """Return the count of each search."""
    found = database.zero_result_searches.most_frequent(limit=2 * MAX_A_DAY)
    return {each.text: each.count for each in found}


def test_a_new_search_replaces_one_of_a_full_day(database: StaffDatabase) -> None:
    """A search that was counted twice stays, whatever is made up afterwards."""
    fill_the_day(database, count=1)

    for number in range(20):
        assert database.zero_result_searches.add(f"new {number}", Locale.FR)
    assert database.zero_result_searches.add("drones", Locale.FR)

    searches = counted(database)
    assert len(searches) == MAX_A_DAY
    assert searches["drones"] == 3
    assert searches["new 19"] == 1


def test_a_day_full_of_repeated_searches_has_a_limit(database: StaffDatabase) -> None:
    """Known searches are still counted."""
    fill_the_day(database, count=2)

    assert not database.zero_result_searches.add("one too many", Locale.FR)
    assert database.zero_result_searches.add("drones", Locale.FR)
    assert len(counted(database)) == MAX_A_DAY


def test_counts_of_a_wrong_clock_are_deleted(
    database: StaffDatabase, clock: HandClock
) -> None:
    """The clock was ten years ahead, then right again."""
    clock.advance(days=3652)
    database.zero_result_searches.add("drones", Locale.FR)
    clock.advance(days=-3652)
    database.zero_result_searches.add("robots", Locale.FR)

    assert counted(database) == {"robots": 1}


def test_a_dismissed_search_is_deleted(database: StaffDatabase) -> None:
    """Only in its language."""
    database.zero_result_searches.add("drones", Locale.FR)
    database.zero_result_searches.add("drones", Locale.EN)

    database.zero_result_searches.dismiss("drones", Locale.FR)

    assert [
        each.locale for each in database.zero_result_searches.most_frequent(limit=9)
    ] == ["en"]


def test_a_locked_database_skips_the_count(database: StaffDatabase) -> None:
    """The search itself is answered."""
    with database.store.writing():
        assert not database.zero_result_searches.add("drones", Locale.FR)

    assert database.zero_result_searches.add("drones", Locale.FR)
