"""Which queries use closeness in meaning, and how two rankings are joined."""

from dataclasses import replace

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import NO_NEIGHBOURS, Neighbours
from indexer.model.query import CloseRecord, Query, Sort
from indexer.search.rank_fusion import (
    ENCODED_WORDS,
    MOST_WORDS,
    with_close_records,
    with_neighbours,
)
from tests.support.builders import a_query


def close(slug: str, *, is_foreign: bool = False) -> CloseRecord:
    """Return a close record."""
    return CloseRecord(RecordId(Kind.PRACTICE, slug), 1.0, is_foreign=is_foreign)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("podologue", ["own", "foreign"]),
        ("e-sport", ["own", "foreign"]),
        ('"podologue"', []),
        ('"e-sport"', []),
        ("title:podologue", []),
        ("D2.6", []),
    ],
)
def test_one_word_that_no_record_contains_uses_meaning_unless_it_is_quoted(
    text: str, expected: list[str]
) -> None:
    """A compound is one word; quotation marks say that the word is meant."""
    asked = with_close_records(a_query(text), find, least_words=1)

    assert [each.id.slug for each in asked.close] == expected


def test_two_words_only_look_for_records_of_the_other_language() -> None:
    """They may be a name; but words reach the other language by translation only."""
    assert slugs(a_query("vélos volés")) == ["foreign"]


def encoded(text: str) -> str:
    """Return what the model reads of a text."""
    asked: list[str] = []

    def note(
        text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        asked.append(text)
        return find(text, reader, only_foreign=only_foreign)

    with_close_records(a_query(text), note)
    return asked[0]


def test_a_short_question_is_encoded_whole() -> None:
    """Its stop words say who does what."""
    text = "qui contrôle la police en ville"

    assert encoded(text) == text


def test_the_first_stop_words_of_a_long_question_are_not_encoded() -> None:
    """Each word takes time."""
    text = "comment est-ce que je peux retrouver le vélo volé à mon fils dans la ville"

    words = encoded(text).split()

    assert len(words) == ENCODED_WORDS
    assert {"retrouver", "vélo", "volé", "fils", "ville"} < {*words}


def test_a_very_long_text_is_encoded_in_part() -> None:
    """A pasted text may have a thousand words."""
    text = " ".join(f"mot{number}" for number in range(50))

    assert len(encoded(text).split()) == MOST_WORDS


def test_links_count_for_a_question_only() -> None:
    """A name and a phrase are found by their words."""
    links = Neighbours({"needs/n01": ("needs/n02",), "needs/n02": ("needs/n01",)})

    def links_for(text: str) -> Neighbours:
        return with_neighbours(a_query(text), links).neighbours

    assert links_for("comment retrouver son vélo volé") is links
    assert links_for("vélos volés") is NO_NEIGHBOURS
    assert links_for('"vélos volés à Milan"') is NO_NEIGHBOURS
