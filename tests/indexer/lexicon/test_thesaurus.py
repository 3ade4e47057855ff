"""The other names of a term are searched too, and told."""

from __future__ import annotations

import pytest

from indexer.lexicon.thesaurus import TermName, Thesaurus
from indexer.model.ids import Locale
from indexer.model.query import Expansion, Node, Synonyms
from indexer.query_language.query_reader import read_query

FR, EN = Locale.FR, Locale.EN

REVENGE_PORN = (
    TermName("pornodivulgation", FR),
    TermName("revenge porn", EN),
    TermName("porno de revanche", FR),
)
HARASSMENT = (
    TermName("cyberharcèlement", FR),
    TermName("cyberbullying", EN),
    TermName("harcèlement en ligne", FR),
)


def expand(text: str) -> tuple[Node, tuple[Expansion, ...]]:
    """Read a query, and expand it by a small thesaurus."""
    root = read_query(text, lambda *_: "x", locale=FR).root
    assert root is not None
    return Thesaurus([REVENGE_PORN, HARASSMENT]).expand(root)


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
    assert [expansion.name for expansion in expand(text)[1]] == others


def test_each_name_says_its_language_and_what_it_stands_for() -> None:
    """The page marks a word of the other language as such."""
    _, expansions = expand("porno de revanche")

    assert [(each.typed, each.locale) for each in expansions] == [
        ("porno de revanche", FR),
        ("porno de revanche", EN),
    ]


def test_a_term_alone_becomes_one_node() -> None:
    """All its names count as one word of the query."""
    assert isinstance(expand("revenge porn")[0], Synonyms)
