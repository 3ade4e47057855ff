"""Tests of the thesaurus: synonyms of glossary terms in queries."""

import pytest

from indexer.lexicon.expansion import TermName, Thesaurus
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
    """Return a query expanded by a small thesaurus, and the expansions."""
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
        ("title:porno-divulgation", []),
        ("revenge", []),
    ],
)
def test_synonyms_of_a_typed_term(text: str, others: list[str]) -> None:
    """Words that are quoted, excluded or limited to titles are not expanded."""
    assert [expansion.name for expansion in expand(text)[1]] == others


def test_expansion_has_the_typed_term_and_the_locale_of_the_name() -> None:
    """The page sets the `lang` of names in the other language."""
    _, expansions = expand("porno de revanche")

    assert [(each.typed, each.locale) for each in expansions] == [
        ("porno de revanche", FR),
        ("porno de revanche", EN),
    ]


def test_query_of_one_term_becomes_synonyms() -> None:
    """All names of a term count as one word of the query."""
    assert isinstance(expand("revenge porn")[0], Synonyms)
