"""The answers that people expect come first."""

from __future__ import annotations

import math

from flask import Flask, request

from indexer.model.ids import Locale
from kb.presenters.queries import query_from
from kb.services import services
from tests.relevance.judged import QUERIES, Judged

FLOOR_NDCG10 = 0.94
FLOOR_FIRST = 0.9


def ranking(app: Flask, judged: Judged) -> list[str]:
    """Give the first ten records of an answer."""
    with app.test_request_context(
        f"/{judged.locale}/search", query_string={"q": judged.text}
    ):
        query = query_from(request.args, locale=Locale(judged.locale))
        return [str(hit.id) for hit in services().engine.search(query).hits]


def ndcg(found: list[str], grades: dict[str, int]) -> float:
    """Normalized discounted cumulated gain at ten (Järvelin and Kekäläinen, 2002)."""

    def gain(values: list[int]) -> float:
        return sum(
            (2.0**v - 1) / math.log2(place + 2) for place, v in enumerate(values)
        )

    best = sorted(grades.values(), reverse=True)
    return gain([grades.get(record, 0) for record in found[:10]]) / gain(best)


def test_judged_queries_hold_the_floor(real_app: Flask) -> None:
    """A change of the analysis or of the weights must not make answers worse."""
    scores = [(ndcg(ranking(real_app, j), j.grades), j.text) for j in QUERIES]

    mean = sum(score for score, _ in scores) / len(scores)
    assert mean >= FLOOR_NDCG10, sorted(scores)[:5]


def test_the_best_answer_is_mostly_the_first(real_app: Flask) -> None:
    """On a phone, the first answer is the only one seen."""
    firsts = [
        judged.grades.get(next(iter(ranking(real_app, judged)), ""), 0) == 3
        for judged in QUERIES
    ]

    assert sum(firsts) / len(firsts) >= FLOOR_FIRST
