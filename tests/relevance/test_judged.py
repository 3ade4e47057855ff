"""The answers that people expect come first."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from indexer.model.ids import Locale
from tests.relevance.judged import QUERIES, TYPES
from tests.relevance.measuring import (
    Measured,
    mean_score,
    measure_all,
    of_type,
    share_of_right_firsts,
    table,
)
from tests.support.builders import PROJECT

# Each is what was measured, less 0.02.
FLOOR_NDCG10 = 0.83
FLOOR_FIRST = 0.83
FLOOR_BY_TYPE = {
    "keyword": 0.866,
    "single": 0.912,
    "unaccented": 0.826,
    "misspelt": 0.837,
    "sentence": 0.565,
    "cross": 0.877,
    "code": 0.878,
    "place": 0.883,
    "person_or_tool": 0.942,
    "topic": 0.765,
}


@pytest.fixture(scope="module")
def measured(real_app: Flask) -> tuple[Measured, ...]:
    """Ask each query once."""
    return measure_all(real_app)


def test_judged_queries_hold_the_floor(measured: tuple[Measured, ...]) -> None:
    """A change of the analysis or of the weights must not make answers worse."""
    assert mean_score(measured) >= FLOOR_NDCG10, table(measured)


@pytest.mark.parametrize("query_type", TYPES)
def test_each_type_of_query_holds_its_floor(
    measured: tuple[Measured, ...], query_type: str
) -> None:
    """What is gained for those who type codes must not be lost for those who ask."""
    part = of_type(measured, query_type)

    assert mean_score(part) >= FLOOR_BY_TYPE[query_type], table(measured)


def test_the_best_answer_is_mostly_the_first(measured: tuple[Measured, ...]) -> None:
    """On a phone, the first answer is the only one seen."""
    assert share_of_right_firsts(measured) >= FLOOR_FIRST, table(measured)


def test_graded_records_exist() -> None:
    """A record that was renamed would silently count as never found."""
    named = {record for judged in QUERIES for record in judged.grades}

    documents = PROJECT / "documents"
    assert not [
        r for r in sorted(named) if not (documents / r / "record.yaml").is_file()
    ]


def test_grades_are_from_1_to_3_and_something_is_what_was_asked_for() -> None:
    """A query without a best answer could not say whether the first is right."""
    assert not [j.id for j in QUERIES if not set(j.grades.values()) <= {1, 2, 3}]
    assert not [j.id for j in QUERIES if 3 not in j.grades.values()]


def test_queries_are_told_apart() -> None:
    """A query judged twice would count twice."""
    ids = Counter(judged.id for judged in QUERIES)
    asked = Counter((judged.text.casefold(), judged.locale) for judged in QUERIES)

    assert not [name for name, times in ids.items() if times > 1]
    assert not [query for query, times in asked.items() if times > 1]


@pytest.mark.parametrize("locale", list(Locale))
def test_each_type_is_asked_in_both_languages(locale: Locale) -> None:
    """What is measured for readers of one language says nothing of the others."""
    assert {judged.type for judged in QUERIES if judged.locale == locale} == set(TYPES)
