"""Which queries use closeness in meaning, and how two rankings are joined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import CloseRecord, Query, Sort
from indexer.search.meaning_rule import fused, with_close_records
from tests.support.builders import a_query


def close(slug: str, *, is_foreign: bool = False) -> CloseRecord:
    """Return a close record."""
    return CloseRecord(RecordId(Kind.PRACTICE, slug), is_foreign=is_foreign)


FOUND = (close("own"), close("foreign", is_foreign=True))


def find(
    text: str,
    reader: Locale,
    *,
    only_foreign: bool = False,
) -> tuple[CloseRecord, ...]:
    """Return the close records of any text."""
    assert text
    assert reader
    return tuple(each for each in FOUND if each.is_foreign or not only_foreign)


def slugs(query: Query) -> list[str]:
    """Return the close records that count for a query."""
    asked = with_close_records(query, find)
    return [each.id.slug for each in asked.close]


def test_a_question_uses_meaning() -> None:
    """Its answer may use other words."""
    assert slugs(a_query("comment retrouver son vélo volé")) == ["own", "foreign"]


@pytest.mark.parametrize(
    "text",
    [
        "police",
        "D2.6",
        '"vélos volés à Milan"',
        'vélos "volés à Milan" retrouvés',
        "vélos -volés retrouvés Milan",
        "vélos OR scooters retrouvés Milan",
        "vélos ET scooters ET Milan",
        "vélo* volés retrouvés Milan",
        "title:vélos volés retrouvés Milan",
    ],
)
def test_words_that_are_meant_as_typed_never_use_meaning(text: str) -> None:
    """A code, a phrase or an operator says exactly what is sought."""
    assert slugs(a_query(text)) == []


def test_only_my_words_never_uses_meaning() -> None:
    """The reader turned all other names off."""
    query = a_query("comment retrouver son vélo volé")

    assert slugs(replace(query, is_expandable=False)) == []
    assert slugs(replace(query, is_relaxable=False)) == []
    assert slugs(replace(query, sort=Sort.NEWEST)) == []


def test_two_words_only_look_for_records_of_the_other_language() -> None:
    """They may be a name; but words reach the other language by translation only."""
    assert slugs(a_query("vélos volés")) == ["foreign"]


def test_stop_words_are_not_encoded() -> None:
    """Each word takes time."""
    asked: list[str] = []

    def note(
        text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        asked.append(text)
        return find(text, reader, only_foreign=only_foreign)

    with_close_records(a_query("comment retrouver le vélo de la ville"), note)

    assert asked == ["retrouver vélo ville"]


def test_records_that_match_all_words_keep_their_places() -> None:
    """Meaning orders only the others."""
    order = fused(
        ["exact 1", "a", "exact 2", "b"],
        [("b", close("b")), ("exact 2", close("x")), ("new", close("new"))],
        {"exact 1", "exact 2"},
    )

    assert order == ["exact 1", "b", "exact 2", "a", "new"]


def test_without_close_records_the_order_is_that_of_words() -> None:
    """Nothing changes where the model is not installed."""
    assert fused(["a", "b", "c"], [], set()) == ["a", "b", "c"]


def test_a_record_of_the_other_language_counts_more_by_meaning() -> None:
    """Words reach it only through translations."""
    own = fused(["a", "b"], [("new", close("new"))], set())
    foreign = fused(["a", "b"], [("new", close("new", is_foreign=True))], set())

    assert own.index("new") > 0
    assert foreign.index("new") == 0
