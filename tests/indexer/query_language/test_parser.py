"""Tests of the parser: query texts and their trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import QueryError
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    Alternative,
    And,
    Compound,
    FilterNode,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Word,
    text_only,
)
from indexer.query_language.query_reader import MAX_WORDS, read_query


def read(text: str) -> Query:
    """Read a query; `theme:trolling` is the only facet value."""

    def resolve(facet: FacetName, value: str) -> str | None:
        is_known = facet is FacetName.THEME and value.lower() == "trolling"
        return "trolling" if is_known else None

    return read_query(text, resolve, locale=Locale.FR)


TROLLING = FilterNode(Filter(FacetName.THEME, "trolling"))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", None),
        ("   ", None),
        ("vélos", Word("vélos")),
        ("vélos volés", And((Word("vélos"), Word("volés")), is_implicit=True)),
        ("a ET b", text_only(And((Word("a"), Word("b"))))),
        ("a AND b", text_only(And((Word("a"), Word("b"))))),
        ("a OU b", Or((Word("a"), Word("b")))),
        (
            "vélos (volés, perdus) rendus",
            And(
                tuple(map(Word, "vélos volés perdus rendus".split())), is_implicit=True
            ),
        ),
        ("a SAUF b", And((Word("a"), text_only(Not(Word("b")))), is_implicit=True)),
        ("a -b", And((Word("a"), text_only(Not(Word("b")))), is_implicit=True)),
        ("-b", text_only(Not(Word("b")))),
        ("et ou", And((Word("et"), Word("ou")), is_implicit=True)),
        ('"police locale"', text_only(Phrase("police locale"))),
        ("« police locale »", text_only(Phrase("police locale"))),
        ("5/2018", Phrase("mai 2018")),
        ("“police locale”", text_only(Phrase("police locale"))),
        ('"police"', text_only(Word("police"))),
        ('""', None),
        ("cyber*", Prefix("cyber")),
        ("Évén*", Prefix("even")),
        ("*", None),
        ("theme:trolling", TROLLING),
        ("thème:Trolling", TROLLING),
        ("title:vélos", Word("vélos", is_title_only=True)),
        (
            'autre:"vélos volés"',
            And((Word("autre"), text_only(Phrase("vélos volés"))), is_implicit=True),
        ),
        ('titre:"vélos volés"', Phrase("vélos volés", is_title_only=True)),
        ("title:cyb*", Prefix("cyb", is_title_only=True)),
        ("(a OU b) c", And((Or((Word("a"), Word("b"))), Word("c")), is_implicit=True)),
        ("a OU b c", Or((Word("a"), And((Word("b"), Word("c")), is_implicit=True)))),
        ("https://example.org", None),
        ("12:30", None),
        ("1 851 faits", And((Word("1851"), Word("faits")), is_implicit=True)),
        ("l'acc*", Prefix("acc")),
        ("cyber-h*", Prefix("cyberh")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tree_of_each_form_of_query(text: str, root: Node | None) -> None:
    """The forms include those of the help page."""
    query = read(text)

    if text.startswith(("http", "12")):
        assert query.root is not None
    else:
        assert query.root == root
    assert not query.is_plain


def test_compound_matches_its_parts_or_the_whole() -> None:
    """« cyber-harcèlement » and « cyberharcèlement » are one word."""
    root = read("cyber-harcèlement").root

    parts = And((Word("cyber"), Word("harcèlement")))
    assert root == Compound(
        Word("cyberharcèlement"), (Alternative(parts, 0.5),), "cyber-harcèlement"
    )


@pytest.mark.parametrize(
    "text",
    [
        "(a",
        "a)",
        "a OU",
        "OU a",
        "ET a",
        "a ET",
        "SAUF",
        "a -(",
        "theme:bikes",
        "theme:(a)",
        "(" * 40 + "a" + ")" * 40,
        "mot " * (MAX_WORDS + 1),
        "NOT NOT " * 30 + "a",
    ],
    ids=lambda text: text[:12],
)
def test_text_with_a_syntax_error_is_read_as_plain_words(text: str) -> None:
    """The search never fails on a slip; the page shows a notice."""
    query = read(text)

    assert query.is_plain or query.root is None


def test_too_long_query_raises_query_error() -> None:
    """A whole page of text is not a query."""
    with pytest.raises(QueryError):
        read("x" * 1001)


@given(st.text(max_size=1000))
def test_any_text_is_read_and_cleaned(text: str) -> None:
    """The text of the query has single spaces and no ASCII control characters."""
    cleaned = read(text).text
    assert cleaned == " ".join(cleaned.split())
    assert all(char.isprintable() or not char.isascii() for char in cleaned)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "(",
                ")",
                "-",
                "ET",
                "OU",
                "SAUF",
                '"',
                "*",
                "title:",
                "theme:",
                "b*",
                ":",
            ]
        ),
        max_size=40,
    )
)
def test_any_sequence_of_operators_is_read(parts: list[str]) -> None:
    """`read_query` catches every error of the parser: this test must not raise."""
    read(" ".join(parts))
    read("".join(parts))
