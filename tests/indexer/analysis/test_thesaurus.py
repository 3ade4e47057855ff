"""The other names of a term are searched too, and told."""

from __future__ import annotations

import datetime as dt

import pytest

from indexer.analysis.thesaurus import Thesaurus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Expanded, Query
from indexer.model.records import Edition, Term
from indexer.query_language.reading import read_query


def a_term(french: tuple[str, ...], english: tuple[str, ...]) -> Term:
    """Make a term: its preferred name in each language, then its variants."""
    names = ((Locale.FR, french), (Locale.EN, english))
    return Term(
        id=RecordId(Kind.TERM, "term"),
        updated=dt.date(2020, 1, 1),
        editions=tuple(
            Edition(locale=locale, title=title, summary="…", variants=tuple(variants))
            for locale, (title, *variants) in names
        ),
    )


REVENGE_PORN = a_term(("pornodivulgation", "porno de revanche"), ("revenge porn",))
HARASSMENT = a_term(("cyberharcèlement", "harcèlement en ligne"), ("cyberbullying",))


def read(text: str) -> Query:
    """Read a query with a small thesaurus."""
    thesaurus = Thesaurus([REVENGE_PORN, HARASSMENT])
    return read_query(text, lambda *_: "x", locale=Locale.FR, thesaurus=thesaurus)


def names(text: str) -> list[str]:
    """Give the names that are searched beside what was typed."""
    return [expansion.name for expansion in read(text).expansions]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("pornodivulgation", ["revenge porn", "porno de revanche"]),
        ("PORNO DE REVANCHE", ["pornodivulgation", "revenge porn"]),
        ("revenge porn", ["pornodivulgation", "porno de revanche"]),
        ("harcelement en ligne jeunes", ["cyberharcèlement", "cyberbullying"]),
        (
            "(cyberbullying OU drones) ville",
            ["cyberharcèlement", "harcèlement en ligne"],
        ),
        ("police", []),
        ('"revenge porn"', []),
        ("ville -pornodivulgation", []),
        ("ville SAUF (revenge porn)", []),
        ("title:pornodivulgation", []),
        ("revenge", []),
    ],
)
def test_the_other_names_of_what_was_typed(text: str, others: list[str]) -> None:
    """Not for what is quoted, excluded or sought in titles."""
    assert names(text) == others


def test_each_name_says_its_language_and_what_it_stands_for() -> None:
    """The page marks a word of the other language as such."""
    expansions = read("porno de revanche").expansions

    assert [(each.typed, each.locale) for each in expansions] == [
        ("porno de revanche", Locale.FR),
        ("porno de revanche", Locale.EN),
    ]


def test_a_term_alone_becomes_one_node() -> None:
    """All its names count as one word of the query."""
    assert isinstance(read("revenge porn").root, Expanded)


def test_without_a_thesaurus_nothing_is_added() -> None:
    """The reader may want only the words typed."""
    query = read_query("revenge porn", lambda *_: "x", locale=Locale.FR)

    assert query.expansions == ()
    assert not query.is_expandable
