"""The judged queries of documents/, run on an application."""

from __future__ import annotations

from flask import Flask

from indexer.corpus.judgement_file import JUDGEMENT_FILE, read_judgements
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.judged_queries import JudgedQuery
from indexer.model.problems import Problem
from indexer.model.results import ResultPage
from kb.judgements.measures import QueryResult, page_query, run_judged
from kb.services import services
from kb.web.facet_values import vocabulary_of
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
