"""The glossary terms that a query names."""

import pytest
from flask import Flask

from indexer.model.ids import Locale
from indexer.query_language.query_reader import read_query
from kb.public.search.terms import terms_of_query


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("Revenge Porn", Locale.FR, ["revenge-porn"]),
        ("fact checking", Locale.EN, ["fact-checking"]),
        ("photo intime d'un élève", Locale.FR, ["image-based-abuse", "revenge-porn"]),
        ("photo", Locale.EN, []),
        ("zzzz qqqq", Locale.EN, []),
        ("", Locale.EN, []),
    ],
)
def test_terms_are_found_by_their_names_or_two_words_of_one(
    real_app: Flask, text: str, locale: Locale, expected: list[str]
) -> None:
    """One word of a long name is not enough."""
    corpus = real_app.extensions["kb-services"].corpus
    query = read_query(text, lambda *_: None, locale=locale)

    terms = terms_of_query(query, (), corpus)

    assert {each.id.slug for each in terms} >= set(expected)
    assert bool(terms) == bool(expected)
    assert len(terms) <= 3
