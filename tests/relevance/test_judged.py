"""Tests of relevance: nDCG@10 of the judged queries must not fall."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from indexer.model.ids import Locale
from indexer.model.judged_queries import Grade, QueryType
from kb.judgements.measures import (
    QueryResult,
    mean_score,
    results_of_type,
    share_with_best_first,
)
from kb.judgements.relevance_table import relevance_table
from tests.relevance.judged_content import PROBLEMS, QUERIES, measure_all

# Each floor is the measured value minus 0.02.
FLOOR_NDCG10 = 0.767
FLOOR_FIRST = 0.738
FLOOR_BY_TYPE = {
    "keyword": 0.854,
    "single": 0.905,
    "unaccented": 0.823,
    "misspelt": 0.857,
    "sentence": 0.474,
    "cross": 0.892,
    "code": 0.881,
    "date": 0.772,
    "place": 0.868,
    "person_or_tool": 0.943,
    "topic": 0.743,
}


@pytest.fixture(scope="module")
def results(real_app: Flask) -> tuple[QueryResult, ...]:
    """Run each query once."""
    return measure_all(real_app)


@pytest.mark.load
def test_mean_ndcg_is_above_the_floor(results: tuple[QueryResult, ...]) -> None:
    """A change of the analysis or of the weights must not lower relevance."""
    assert mean_score(results) >= FLOOR_NDCG10, relevance_table(results)


@pytest.mark.parametrize("query_type", QueryType)
def test_ndcg_of_each_type_is_above_its_floor(
    results: tuple[QueryResult, ...], query_type: QueryType
) -> None:
    """A gain for one type of query must not be a loss for another."""
    part = results_of_type(results, query_type)

    assert mean_score(part) >= FLOOR_BY_TYPE[query_type], relevance_table(results)


def test_best_record_is_mostly_first(results: tuple[QueryResult, ...]) -> None:
    """A phone shows only the first result."""
    assert share_with_best_first(results) >= FLOOR_FIRST, relevance_table(results)


def test_graded_records_exist() -> None:
    """A renamed record would count as never found."""
    assert PROBLEMS == []


def test_each_query_has_an_answer() -> None:
    """Without one, no first record would be the best."""
    assert not [each.id for each in QUERIES if not each.answers]
    assert not [j.id for j in QUERIES if Grade.NOT in j.grades.values()]


def test_queries_are_distinct() -> None:
    """A query judged twice would count twice."""
    ids = Counter(judged.id for judged in QUERIES)
    texts = Counter((judged.text.casefold(), judged.locale) for judged in QUERIES)

    assert not [name for name, times in ids.items() if times > 1]
    assert not [query for query, times in texts.items() if times > 1]


@pytest.mark.parametrize("locale", list(Locale))
def test_each_type_has_queries_in_both_languages(locale: Locale) -> None:
    """Relevance in one language says nothing about the other."""
    assert {judged.type for judged in QUERIES if judged.locale is locale} == set(
        QueryType
    )
