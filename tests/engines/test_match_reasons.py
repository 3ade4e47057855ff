"""The match reasons and the marks of hits are true, for random records and queries."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze, word_forms
from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.query import And, Not
from indexer.model.results import Hit, MatchField
from tests.support.builders import a_query
from tests.support.examples import examples
from tests.support.record_strategies import (
    STOP_WORDS,
    WORDS,
    locales,
    record_lists,
    typed_queries,
)

few_examples = examples(15)


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Return an engine; each example rebuilds its index."""
    root = tmp_path_factory.mktemp("reasons")
    return open_engine(EngineName.WHOOSH, root / "index", root / "index.key")


def texts_in(edition: IndexedEdition, field: MatchField) -> list[str]:
    """Return the texts of an edition that a match reason with this field is about."""
    match field:
        case MatchField.TITLE:
            return [edition.title]
        case MatchField.KEYWORDS:
            return [edition.keywords, edition.questions]
        case MatchField.QUESTIONS:
            return [edition.questions]
        case MatchField.SUMMARY:
            return [edition.summary]
        case MatchField.TEXT:
            return [
                f"{passage.heading}\n{passage.text}" for passage in edition.passages
            ]


def false_reasons(record: IndexedRecord, hit: Hit) -> list[str]:
    """Return the words of match reasons that are not in the field they name."""
    by_locale = {edition.locale: edition for edition in record.editions}
    return [
        reason.matched
        for reason in hit.reasons
        if reason.matched.isalpha()
        and not any(
            set(term.forms) & set(word_forms(reason.matched.lower(), reason.locale))
            for text in texts_in(by_locale[reason.locale], reason.field)
            for term in analyze(text, reason.locale)
        )
    ]


@few_examples
@given(record_lists(), st.lists(typed_queries, min_size=6, max_size=6), locales)
def test_each_hit_has_match_reasons_and_all_are_true(
    shared_engine: SearchEngine,
    records: list[IndexedRecord],
    typed: list[str],
    reader: Locale,
) -> None:
    """A query that only excludes has no reasons."""
    shared_engine.rebuild(records)
    by_id = {record.id: record for record in records}

    for text in typed:
        query = dataclasses.replace(a_query(text, locale=reader), page_size=100)
        page = shared_engine.search(query)

        only_excludes = all(
            isinstance(node, Not)
            for node in (
                query.root.nodes if isinstance(query.root, And) else [query.root]
            )
        )
        for hit in page.hits:
            assert hit.reasons or page.relaxed or only_excludes
            if not set(text.lower().split()) & set(STOP_WORDS):
                assert false_reasons(by_id[hit.id], hit) == []


@few_examples
@given(record_lists(), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_an_excluded_word_is_not_marked(
    shared_engine: SearchEngine,
    records: list[IndexedRecord],
    wanted: str,
    excluded: str,
) -> None:
    """Unless it is a form of the wanted word too."""
    shared_engine.rebuild(records)
    forms = {form for each in Locale for form in word_forms(wanted, each)}
    excluded_forms = {form for each in Locale for form in word_forms(excluded, each)}

    page = shared_engine.search(a_query(f"{wanted} -{excluded}"))

    marked = {
        piece
        for hit in page.hits
        for text in (hit.title, hit.summary, *(s.excerpt for s in hit.snippets))
        for piece, is_mark in text.pieces
        if is_mark
    }
    for piece in marked:
        of_piece = {form for each in Locale for form in word_forms(piece, each)}
        assert of_piece.isdisjoint(excluded_forms) or not of_piece.isdisjoint(forms)
