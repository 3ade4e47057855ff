"""Both engines return the same results for random records and queries.

The memory engine is the oracle: it reads every record for every word.
"""

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.base import SearchEngine
from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import Node, Query, Sort
from indexer.model.results import ResultPage
from tests.support.builders import a_query
from tests.support.engines import ENGINES
from tests.support.examples import examples
from tests.support.record_strategies import (
    filter_sets,
    locales,
    misspelt_queries,
    record_lists,
    trees,
    typed_queries,
)

SCORE_ERROR = 2e-4
"""The Whoosh engine computes in 32 bits."""

few_examples = examples(25)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[SearchEngine, ...]:
    """Return an engine of each kind; each example rebuilds their indexes."""
    root = tmp_path_factory.mktemp("engines")
    return tuple(open_in(root) for open_in in ENGINES.values())


def pages_of(
    engines: Sequence[SearchEngine], records: list[IndexedRecord], queries: list[Query]
) -> list[tuple[ResultPage, ResultPage]]:
    """Return the pages of both engines for each query, with all hits on one page."""
    for engine in engines:
        engine.rebuild(records)
    whole = [dataclasses.replace(query, page_size=100) for query in queries]
    whoosh, memory = ([e.search(query) for query in whole] for e in engines)
    return list(zip(whoosh, memory, strict=True))


def assert_same_hits(page: ResultPage, expected: ResultPage) -> None:
    """Compare hits by id, and check the order of those with different scores."""
    scores = {hit.id: hit.score for hit in expected.hits}
    assert {hit.id: hit.score for hit in page.hits} == pytest.approx(
        scores, abs=SCORE_ERROR
    )
    assert (page.total, page.asked_total) == (expected.total, expected.asked_total)
    assert page.exact_total == expected.exact_total
    assert {hit.id: hit.is_partial for hit in page.hits} == {
        hit.id: hit.is_partial for hit in expected.hits
    }


@few_examples
@given(record_lists(), st.lists(trees, min_size=6, max_size=6), locales, filter_sets)
def test_the_same_records_match_with_the_same_scores_and_facets(
    engines: tuple[SearchEngine, ...],
    records: list[IndexedRecord],
    trees: list[Node],
    reader: Locale,
    filters: tuple[Filter, ...],
) -> None:
    """AND, OR, NOT, phrases, prefixes, filters and synonyms, matched exactly."""
    queries = [
        Query("x", root, locale=reader, filters=filters, is_exact=True)
        for root in trees
    ]

    for page, expected in pages_of(engines, records, queries):
        assert_same_hits(page, expected)
        assert page.facets == expected.facets
        scores = [hit.score for hit in page.hits]
        assert scores == sorted(scores, reverse=True)


@few_examples
@given(
    record_lists(),
    st.lists(typed_queries | misspelt_queries, min_size=6, max_size=6),
    locales,
)
def test_typed_queries_are_widened_alike(
    engines: tuple[SearchEngine, ...],
    records: list[IndexedRecord],
    typed: list[str],
    reader: Locale,
) -> None:
    """The same corrections, synonyms and translations lead to the same records."""
    queries = [a_query(text, locale=reader) for text in typed]

    for page, expected in pages_of(engines, records, queries):
        assert_same_hits(page, expected)
        assert page.relaxed == expected.relaxed
        assert page.expansions == expected.expansions
        assert page.facets == expected.facets


@few_examples
@given(record_lists(), typed_queries, locales, st.sampled_from([*Sort]))
def test_hits_are_presented_alike(
    engines: tuple[SearchEngine, ...],
    records: list[IndexedRecord],
    typed: str,
    reader: Locale,
    sort: Sort,
) -> None:
    """Titles, summaries, snippets and marks; sorted by date or title, the order too."""
    ((page, expected),) = pages_of(
        engines, records, [a_query(typed, locale=reader, sort=sort)]
    )

    of_id = {hit.id: hit for hit in expected.hits}
    for hit in page.hits:
        same = of_id[hit.id]
        assert (hit.locale, hit.title, hit.summary) == (
            same.locale,
            same.title,
            same.summary,
        )
        assert set(hit.snippets) == set(same.snippets)
    if sort is not Sort.RELEVANCE:
        assert [hit.id for hit in page.hits] == [hit.id for hit in expected.hits]


@few_examples
@given(record_lists(), st.sampled_from(["po", "velo", "rumeur", "drnoes", "le ca"]))
def test_the_same_names_are_suggested(
    engines: tuple[SearchEngine, ...], records: list[IndexedRecord], typed: str
) -> None:
    """In the same order, in both languages."""
    for engine in engines:
        engine.rebuild(records)

    for reader in Locale:
        one, other = (engine.suggest(typed, reader) for engine in engines)
        assert one == other
