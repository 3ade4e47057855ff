"""Whether results are about a query as a whole, and how much of it each contains."""

import math
from collections.abc import Mapping

from indexer.model.query import Sort
from indexer.model.results import Hit, MatchField, ResultPage
from indexer.search.ranking import idf

INTERCEPT = 8.3
WEIGHT_OF_CONTAINED = -1.4
WEIGHT_OF_NAMED = -9.4
WEIGHT_OF_ABSENT = 3.4
WEIGHT_OF_LENGTH = -2.7
"""A logistic regression on 168 questions that the content does not answer and 394 that
it answers; the intercept is such that one in a hundred of the latter is above zero."""

ALL_FIELDS = frozenset(MatchField)
NAMING_FIELDS = ALL_FIELDS - {MatchField.TEXT}
"""A record is about what these fields contain: title, keywords, summary, questions."""

RARE = 2
"""A word in fewer records, or in none, weighs no more: it may be misspelt."""

BEST_HITS = 5

FAR = 0.82
NEAR = 0.835
"""Cosines of the closest record, by the model of `indexer/meaning/encoder.py`: a third
of the queries on other subjects are farther than `FAR`, and no judged one; nearly all
judged ones are nearer than `NEAR`."""

LEAST_WORDS_OF_MEANING = 3

LEAST_RECORDS = 50
"""In fewer records, a word may be rare or absent by chance."""


def is_weak(
    page: ResultPage, record_count: int, sort: Sort, *, is_filtered: bool = False
) -> bool:
    """Return whether no record is about the query as a whole.

    That is so when half of its words are in no record, when none is close in meaning,
    or when the titles, keywords and summaries of the best records have too few of its
    words. If one is very close in meaning, words do not decide.
    `tests/relevance/test_off_topic.py` counts the queries for which this is right.

    Args:
        page: the page of results; on a next page, partial matches were asked for.
        record_count: the number of all records.
        sort: the order of the results; the best records are known by relevance only.
        is_filtered: whether filters leave out records, perhaps the best ones: then the
            words of the others decide nothing.
    """
    counts = page.part_counts
    if page.page > 1 or not counts or not page.hits or record_count < LEAST_RECORDS:
        return False
    if page.closest is not None and len(counts) >= LEAST_WORDS_OF_MEANING:
        if page.closest < FAR:
            return True
        if page.closest > NEAR:
            return False
    if sum(not value for value in counts.values()) * 2 >= len(counts):
        return True
    if sort is not Sort.RELEVANCE or is_filtered:
        return False
    weights = _weights(counts, record_count)
    best = page.hits[:BEST_HITS]
    absent = sum(weights[text] for text, count in counts.items() if not count)
    return (
        INTERCEPT
        + WEIGHT_OF_CONTAINED * max(_share(hit, weights, ALL_FIELDS) for hit in best)
        + WEIGHT_OF_NAMED * max(_share(hit, weights, NAMING_FIELDS) for hit in best)
        + WEIGHT_OF_ABSENT * absent
        + WEIGHT_OF_LENGTH * math.log(len(counts))
    ) > 0


def covered_share(hit: Hit, counts: Mapping[str, int], record_count: int) -> float:
    """Return the share of the words of a query that a hit contains, from 0 to 1.

    Words are weighted by rarity. `counts` are the words, each with its number of
    records.
    """
    return _share(hit, _weights(counts, record_count), ALL_FIELDS)


def _weights(counts: Mapping[str, int], record_count: int) -> dict[str, float]:
    """Return the weight of each word by its rarity; the sum is 1.

    A term of several words is one part of the query, and counts for its words.
    """
    weights = {
        text: len(text.split()) * idf(record_count, max(count, RARE))
        for text, count in counts.items()
    }
    total = sum(weights.values())
    return {text: weight / total for text, weight in weights.items()}


def _share(
    hit: Hit, weights: Mapping[str, float], fields: frozenset[MatchField]
) -> float:
    matched = {reason.typed for reason in hit.reasons if reason.field in fields}
    return sum(weights.get(text, 0.0) for text in matched)
