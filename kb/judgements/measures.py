"""Runs judged queries, and measures the order of their results."""

import math
import random
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from statistics import fmean
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import JudgedQuery, QueryType
from indexer.model.query import MAX_PASSAGES, Query
from indexer.model.results import ResultPage
from kb.web.search.facet_values import FacetVocabulary
from kb.web.search.request_query import query_from

DEPTH = 10
"""The records of the first page count."""

SAMPLES = 1000
LOWEST, HIGHEST = 0.025, 0.975

SearchFunction = Callable[[Query], ResultPage]

Ranking = tuple[RecordId, ...]
"""The records that a query found, the best first."""

ItemT = TypeVar("ItemT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A judged query, its first ten records, and its nDCG@10."""

    judged: JudgedQuery
    ranking: Ranking
    score: float

    @property
    def is_first_best(self) -> bool:
        """Whether the first record answers the query."""
        return bool(self.ranking) and self.ranking[0] in self.judged.answers

    @property
    def has_answer(self) -> bool:
        """Whether a record that answers the query is among the first ten."""
        return not self.judged.answers.isdisjoint(self.ranking)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, and the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


def run_judged(
    queries: Iterable[JudgedQuery], search: SearchFunction, vocabulary: FacetVocabulary
) -> tuple[QueryResult, ...]:
    """Run each query once, and return the results."""
    return tuple(starmap(result_of, rankings(queries, search, vocabulary)))


def rankings(
    queries: Iterable[JudgedQuery],
    search: SearchFunction,
    vocabulary: FacetVocabulary,
    *,
    depth: int = DEPTH,
) -> Iterator[tuple[JudgedQuery, Ranking]]:
    """Run each query once, as the search page does, and yield its first records.

    A query that no record answers, even in part, has no score and is left out.
    """
    for judged in filter(has_grades, queries):
        query = page_query(judged.text, judged.locale, vocabulary, max_passages=0)
        page = search(replace(query, page_size=depth))
        yield judged, tuple(hit.id for hit in page.hits)


def result_of(judged: JudgedQuery, records: Ranking) -> QueryResult:
    """Return the result of a query that found these records, the best first."""
    ranking = records[:DEPTH]
    return QueryResult(judged, ranking, ndcg(ranking, judged.grades))


def lost_answers(
    before: Mapping[str, Ranking], results: Iterable[QueryResult]
) -> tuple[QueryResult, ...]:
    """Return the queries whose answer was among the first ten before, and is not now.

    A query that was judged since is compared with the records of its earlier ranking.
    """
    return tuple(
        result
        for result in results
        if not result.has_answer
        and result_of(result.judged, before.get(result.judged.id, ())).has_answer
    )


def has_grades(judged: JudgedQuery) -> bool:
    """Return whether a record answers a query, at least in part."""
    return any(judged.grades.values())


def page_query(
    text: str,
    locale: Locale,
    vocabulary: FacetVocabulary,
    *,
    max_passages: int = MAX_PASSAGES,
) -> Query:
    """Return the query of the first page of results for a text."""
    args = MultiDict({"q": text})
    return query_from(args, vocabulary, locale=locale, max_passages=max_passages)


def ndcg(records: Sequence[ItemT], grades: Mapping[ItemT, int]) -> float:
    """Return the nDCG@10 of a ranking (Järvelin and Kekäläinen, 2002), from 0 to 1.

    The gain of a record is 2 ** grade - 1.
    """

    def gain(values: Iterable[int]) -> float:
        return sum(
            (2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(values)
        )

    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return gain(grades.get(record, 0) for record in records[:DEPTH]) / gain(best)


def mean_of(values: Sequence[float]) -> Mean:
    """Return the mean of values with its 95 % interval, by bootstrap (Efron, 1979).

    The samples are drawn from a fixed seed: the same values have the same interval.
    """
    if not values:
        return Mean(0.0, 0.0, 0.0)
    chance = random.Random(0)  # noqa: S311  # statistics, not secrets
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(SAMPLES))
    low, high = (means[int(share * (SAMPLES - 1))] for share in (LOWEST, HIGHEST))
    return Mean(fmean(values), low, high)


def results_of_type(
    results: Sequence[QueryResult], query_type: QueryType
) -> tuple[QueryResult, ...]:
    """Return the results of one type of query."""
    return tuple(result for result in results if result.judged.type is query_type)


def share_with_best_first(results: Sequence[QueryResult]) -> float:
    """Return the share of queries whose first record answers them."""
    return fmean(result.is_first_best for result in results)
