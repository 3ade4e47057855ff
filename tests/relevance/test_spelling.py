"""Valid words and names are not corrected, and typing mistakes are."""

from pathlib import Path

from flask import Flask

from indexer.analysis.tokens import fold
from indexer.model.ids import Locale
from indexer.model.results import ResultPage
from tests.relevance.judged_content import first_page

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("spelling.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
VALID = [(locale, word) for locale, word, right in ROWS if not right]
MISSPELT = [(locale, typed, right) for locale, typed, right in ROWS if right]

MAX_UNCORRECTED = 12
"""Of 182; learnt pairs and the words of the index change with the content."""


def _page(app: Flask, locale: str, word: str) -> ResultPage:
    return first_page(app, word, Locale(locale))


def test_valid_words_and_names_are_not_corrected(real_app: Flask) -> None:
    """A word that the content lacks is no slip for one that it has."""
    corrected = [
        (word, text)
        for locale, word in VALID
        if (text := _page(real_app, locale, word).suggestion)
    ]

    assert not corrected


def test_typing_mistakes_are_corrected(real_app: Flask) -> None:
    """A correction is searched at once, or found by the stem that it shares."""
    missed = [
        (typed, page.suggestion or page.offered)
        for locale, typed, right in MISSPELT
        if fold((page := _page(real_app, locale, typed)).suggestion) != fold(right)
        and not page.asked_total
    ]

    assert len(missed) <= MAX_UNCORRECTED, missed
