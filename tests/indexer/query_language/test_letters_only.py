"""Texts of letters only, which are read without the parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query_language.lexer import lex
from indexer.query_language.query_reader import letters_only, parse

_WORDS = st.sampled_from(
    "police Vélo œuvre ΣΑΣ ŉ İstanbul ﬁn et ET OU 漢字 e\u0301te".split()
)


@given(st.lists(st.text() | _WORDS, min_size=1, max_size=6).map(" ".join))
def test_the_parser_reads_the_same_words(text: str) -> None:
    """Whatever the script; other texts are left to the parser."""
    text = " ".join(text.split())
    found = letters_only(text)

    assert found is None or found == parse(tuple(lex(text)), lambda _, value: value)


@pytest.mark.parametrize(
    "text", ["", "vélos ET villes", "d2", "l’eau", "week-end", "*"]
)
def test_operators_and_signs_are_left_to_the_parser(text: str) -> None:
    """They mean something, or join words."""
    assert letters_only(text) is None


def test_letters_need_no_parser() -> None:
    """Accents and capitals are letters."""
    assert letters_only("Vélos volés") is not None
