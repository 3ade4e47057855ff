"""Searches that found nothing are counted, and nothing else is kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.model.ids import Locale
from kb.database.model import ZeroResultSearch
from kb.database.staff_database import StaffDatabase
from kb.database.zero_result_searches import MAX_A_DAY
from tests.support.staff import HandClock, a_state


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands still."""
    return HandClock()


@pytest.fixture
def state(tmp_path: Path, clock: HandClock) -> StaffDatabase:
    """Give an empty database."""
    return a_state(tmp_path, clock)


def test_words_are_counted_however_they_are_typed(
    state: StaffDatabase, clock: HandClock
) -> None:
    """The most wanted first."""
    for typed in ("Trottinettes", " trottinettes ", "TROTTINETTES", "drones"):
        state.zero_result_searches.add(typed, Locale.FR)
        clock.advance(days=1)
    state.zero_result_searches.add("drones", Locale.EN)

    found = state.zero_result_searches.most_frequent(limit=10)

    assert found == (
        ZeroResultSearch("trottinettes", Locale.FR, 3),
        ZeroResultSearch("drones", Locale.EN, 1),
        ZeroResultSearch("drones", Locale.FR, 1),
    )
    assert len(state.zero_result_searches.most_frequent(limit=1)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "x" * 101, "lea@example.org", "mon mail lea@example.org merci"),
        *("06 12 34 56 78", "+33.6.12.34.56.78", "https://example.org/moi", "a\0b"),
        "1 85 05 78 006 084 36",
    ],
)
def test_what_looks_personal_is_not_kept(state: StaffDatabase, typed: str) -> None:
    """People paste what they have."""
    assert not state.zero_result_searches.add(typed, Locale.FR)
    assert state.zero_result_searches.most_frequent(limit=10) == ()


def test_they_are_kept_for_ninety_days(state: StaffDatabase, clock: HandClock) -> None:
    """To the day."""
    state.zero_result_searches.add("drones", Locale.FR)
    clock.advance(days=89)
    assert len(state.zero_result_searches.most_frequent(limit=10)) == 1

    clock.advance(days=1)

    assert state.zero_result_searches.most_frequent(limit=10) == ()
    with state.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM unfound_searches")
        assert rows.scalar_one() == 0


def test_a_flood_of_words_does_not_fill_the_disk(state: StaffDatabase) -> None:
    """What is known goes on being counted."""
    state.zero_result_searches.add("drones", Locale.FR)
    with state.database.writing() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO unfound_searches SELECT (SELECT day FROM unfound_searches),"
            " 'fr', 'w' || i, 1 FROM n",
            (MAX_A_DAY - 1,),
        )

    assert not state.zero_result_searches.add("one too many", Locale.FR)
    assert state.zero_result_searches.add("drones", Locale.FR)


def test_one_that_was_seen_to_is_forgotten(state: StaffDatabase) -> None:
    """It was added to the thesaurus, or it is nonsense."""
    state.zero_result_searches.add("drones", Locale.FR)
    state.zero_result_searches.add("drones", Locale.EN)

    state.zero_result_searches.dismiss("drones", Locale.FR)

    assert [
        each.locale for each in state.zero_result_searches.most_frequent(limit=9)
    ] == ["en"]


def test_nobody_waits_while_another_writes(state: StaffDatabase) -> None:
    """The search is answered, and not counted."""
    with state.database.writing():
        assert not state.zero_result_searches.add("drones", Locale.FR)

    assert state.zero_result_searches.add("drones", Locale.FR)
