"""Tests of relevance: nDCG@10 of the judged queries must not fall."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from indexer.model.ids import Locale
from tests.relevance.judged import QUERIES, TYPES
from tests.relevance.measures import (
    QueryResult,
    mean_score,
    measure_all,
    of_type,
    share_with_best_first,
    table,
)
from tests.support.builders import PROJECT

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
    assert mean_score(results) >= FLOOR_NDCG10, table(results)


@pytest.mark.parametrize("query_type", TYPES)
def test_ndcg_of_each_type_is_above_its_floor(
    results: tuple[QueryResult, ...], query_type: str
) -> None:
    """A gain for one type of query must not be a loss for another."""
    part = of_type(results, query_type)

    assert mean_score(part) >= FLOOR_BY_TYPE[query_type], table(results)


def test_best_record_is_mostly_first(results: tuple[QueryResult, ...]) -> None:
    """A phone shows only the first result."""
    assert share_with_best_first(results) >= FLOOR_FIRST, table(results)


def test_graded_records_exist() -> None:
    """A renamed record would count as never found, without an error."""
    named = {record for judged in QUERIES for record in judged.grades}

    documents = PROJECT / "documents"
    assert not [
        r for r in sorted(named) if not (documents / r / "record.yaml").is_file()
    ]


def test_grades_are_from_1_to_3_and_one_is_3() -> None:
    """Without a grade of 3, no first record would be the best."""
    assert not [j.id for j in QUERIES if not set(j.grades.values()) <= {1, 2, 3}]
    assert not [j.id for j in QUERIES if 3 not in j.grades.values()]


def test_queries_are_distinct() -> None:
    """A query judged twice would count twice."""
    ids = Counter(judged.id for judged in QUERIES)
    texts = Counter((judged.text.casefold(), judged.locale) for judged in QUERIES)

    assert not [name for name, times in ids.items() if times > 1]
    assert not [query for query, times in texts.items() if times > 1]


@pytest.mark.parametrize("locale", list(Locale))
def test_each_type_has_queries_in_both_languages(locale: Locale) -> None:
    """Relevance in one language says nothing about the other."""
    assert {judged.type for judged in QUERIES if judged.locale == locale} == set(TYPES)
