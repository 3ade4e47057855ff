"""Asks the judged queries, and measures the answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask import Flask, request

from indexer.model.ids import Locale
from kb.services import services
from kb.web.facet_values import vocabulary_of
from kb.web.request_query import query_from
from tests.relevance.judged import QUERIES, TYPES, Judged


@dataclass(frozen=True, slots=True)
class Measured:
    """A query, what it found, and how good that is: from 0 to 1."""

    judged: Judged
    found: tuple[str, ...]
    score: float

    @property
    def is_first_right(self) -> bool:
        """Whether the first answer is what was asked for."""
        return self.judged.grades.get(next(iter(self.found), ""), 0) == 3


def measure_all(app: Flask) -> tuple[Measured, ...]:
    """Ask each query once, as a visitor would."""
    found = ((judged, ranking(app, judged)) for judged in QUERIES)
    return tuple(
        Measured(judged, tuple(records), ndcg(records, judged.grades))
        for judged, records in found
    )


def mean_score(measured: tuple[Measured, ...]) -> float:
    """Give the mean of nDCG@10."""
    return sum(each.score for each in measured) / len(measured)


def of_type(measured: tuple[Measured, ...], query_type: str) -> tuple[Measured, ...]:
    """Give those of one type."""
    return tuple(each for each in measured if each.judged.type == query_type)


def share_of_right_firsts(measured: tuple[Measured, ...]) -> float:
    """Give how often the first answer is what was asked for, from 0 to 1."""
    return sum(each.is_first_right for each in measured) / len(measured)


def table(measured: tuple[Measured, ...]) -> str:
    """Give a table by type, and the queries that are answered worst."""
    lines = [
        "| type | queries | nDCG@10 | first is right |",
        "| --- | --- | --- | --- |",
    ]
    rows = [(name, of_type(measured, name)) for name in TYPES]
    for name, part in (*rows, ("all", measured)):
        lines.append(
            f"| {name} | {len(part)} | {mean_score(part):.3f} "
            f"| {share_of_right_firsts(part):.0%} |"
        )
    lines += ["", "Worst:"]
    lines += [
        f"  {each.score:.2f}  {each.judged.locale}  {each.judged.text}"
        for each in sorted(measured, key=lambda each: each.score)[:15]
    ]
    return "\n".join(lines)


def ranking(app: Flask, judged: Judged) -> list[str]:
    """Give the first ten records of an answer."""
    with app.test_request_context(
        f"/{judged.locale}/search", query_string={"q": judged.text}
    ):
        query = query_from(
            request.args, vocabulary_of(services().corpus), locale=Locale(judged.locale)
        )
        return [str(hit.id) for hit in services().engine.search(query).hits][:10]


def ndcg(found: list[str], grades: dict[str, int]) -> float:
    """Normalized discounted cumulated gain at ten (Järvelin and Kekäläinen, 2002)."""

    def gain(values: list[int]) -> float:
        return sum(
            (2.0**v - 1) / math.log2(place + 2) for place, v in enumerate(values[:10])
        )

    best = sorted(grades.values(), reverse=True)
    return gain([grades.get(record, 0) for record in found]) / gain(best)
