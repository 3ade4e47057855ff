"""Runs the judged queries and measures their results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, request

from indexer.model.ids import Locale
from indexer.model.results import ResultPage
from kb.services import services
from kb.web.facet_values import vocabulary_of
from kb.web.request_query import query_from
from tests.relevance.judged import QUERIES, TYPES, JudgedQuery


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A judged query, its first ten records, and its nDCG@10."""

    judged: JudgedQuery
    ranking: tuple[str, ...]
    score: float

    @property
    def is_first_best(self) -> bool:
        """Whether the first record has the best grade."""
        return self.judged.grades.get(next(iter(self.ranking), ""), 0) == 3


def measure_all(app: Flask) -> tuple[QueryResult, ...]:
    """Run each query once, as the search page does."""
    rankings = ((judged, ranking(app, judged)) for judged in QUERIES)
    return tuple(
        QueryResult(judged, tuple(records), ndcg(records, judged.grades))
        for judged, records in rankings
    )


def mean_score(results: tuple[QueryResult, ...]) -> float:
    """Return the mean nDCG@10."""
    return sum(each.score for each in results) / len(results)


def of_type(
    results: tuple[QueryResult, ...], query_type: str
) -> tuple[QueryResult, ...]:
    """Return the results of one type of query."""
    return tuple(each for each in results if each.judged.type == query_type)


def share_with_best_first(results: tuple[QueryResult, ...]) -> float:
    """Return the share of queries whose first record has the best grade."""
    return sum(each.is_first_best for each in results) / len(results)


def table(results: tuple[QueryResult, ...]) -> str:
    """Return a Markdown table by type, and the queries with the lowest scores."""
    lines = [
        "| type | queries | nDCG@10 | first is right |",
        "| --- | --- | --- | --- |",
    ]
    rows = [(name, of_type(results, name)) for name in TYPES]
    for name, part in (*rows, ("all", results)):
        lines.append(
            f"| {name} | {len(part)} | {mean_score(part):.3f} "
            f"| {share_with_best_first(part):.0%} |"
        )
    lines += ["", "Worst:"]
    lines += [
        f"  {each.score:.2f}  {each.judged.locale}  {each.judged.text}"
        for each in sorted(results, key=lambda each: each.score)[:15]
    ]
    return "\n".join(lines)


def ranking(app: Flask, judged: JudgedQuery) -> list[str]:
    """Return the first ten records for a query."""
    page = first_page(app, judged.text, Locale(judged.locale))
    return [str(hit.id) for hit in page.hits][:10]


def first_page(app: Flask, text: str, locale: Locale) -> ResultPage:
    """Return the first page of results for a text."""
    with app.test_request_context(f"/{locale}/search", query_string={"q": text}):
        vocabulary = vocabulary_of(services().corpus)
        query = query_from(request.args, vocabulary, locale=locale)
        return services().engine.search(query)


def ndcg(records: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return the nDCG@10 of a ranking (Järvelin and Kekäläinen, 2002).

    The gain of a record is 2 ** grade - 1.
    """

    def gain(values: list[int]) -> float:
        return sum(
            (2.0**grade - 1) / math.log2(rank + 2)
            for rank, grade in enumerate(values[:10])
        )

    best = sorted(grades.values(), reverse=True)
    return gain([grades.get(record, 0) for record in records]) / gain(best)
