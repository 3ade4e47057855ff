"""The judged queries of documents/ and others, run on an application."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from indexer.corpus.shared_files import JUDGEMENT_FILE, read_judgements
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.judged_queries import JudgedQuery
from indexer.model.problems import Problem
from indexer.model.results import ResultPage
from indexer.search.rank_fusion import FindClose
from kb.judgements.measures import QueryResult, page_query, run_judged
from kb.services import services
from kb.services.search_service import no_close_records
from kb.web.search.facet_values import vocabulary_of
from tests.support.builders import PROJECT

PROBLEMS: list[Problem] = []


def _read() -> tuple[JudgedQuery, ...]:
    documents = PROJECT / "documents"
    known = {
        RecordId(kind, folder.name)
        for kind in Kind
        for folder in (documents / kind.folder).iterdir()
    }
    return read_judgements(documents / JUDGEMENT_FILE, "judgements", known, PROBLEMS)


QUERIES = _read()


@dataclass(frozen=True)
class FreshQuestion:
    """A question, and the records of which each answers it."""

    text: str
    locale: Locale
    answers: frozenset[str]


def _rows(name: str) -> Iterator[list[str]]:
    text = Path(__file__).with_name(name).read_text("utf-8")
    return (line.split("\t") for line in text.splitlines() if line[0] != "#")


FRESH = tuple(
    FreshQuestion(text, Locale(locale), frozenset(answers.split()))
    for _, locale, text, answers in _rows("fresh_questions.tsv")
)
ANSWERED = tuple(
    FreshQuestion(text, Locale(locale), frozenset(answers.split()))
    for locale, text, answers in _rows("answered_questions.tsv")
)
UNANSWERED = tuple(
    (text, Locale(locale)) for locale, text, _ in _rows("unanswered_questions.tsv")
)
"""Questions of the field that the content does not answer. Like the answered ones, they
were written by somebody who did not know the search."""

OFF_TOPIC = tuple((text, Locale(locale)) for locale, text in _rows("off_topic.tsv"))
"""Queries on subjects that the content says nothing about."""


SHORT = tuple(
    (text, Locale(locale), is_answered == "yes")
    for locale, text, is_answered in _rows("short_queries.tsv")
)
"""Two to five words that often begin with what one wants to do, and whether the content
answers them."""


@contextmanager
def close_records(app: Flask, find: FindClose) -> Iterator[None]:
    """Search with closeness in meaning for a while."""
    with app.app_context():
        searches = services().searches
    searches.close_records = find
    try:
        yield
    finally:
        searches.close_records = no_close_records


def measure_all(app: Flask) -> tuple[QueryResult, ...]:
    """Run each query once, as the search page does."""
    with app.app_context():
        here = services()
        return run_judged(QUERIES, here.searches.search, vocabulary_of(here.corpus))


def first_page(app: Flask, text: str, locale: Locale) -> ResultPage:
    """Return the first page of results for a text."""
    with app.app_context():
        here = services()
        query = page_query(text, locale, vocabulary_of(here.corpus))
        return here.searches.search(query)
