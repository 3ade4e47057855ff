"""Whether results are about a query as a whole, and how much of it each contains."""

from collections.abc import Mapping

from indexer.model.query import Sort
from indexer.model.results import Hit, ResultPage
from indexer.search.ranking import idf

LEAST_WORDS = 1.15
LEAST_SHARE = 0.35
"""A query has an answer if one of the best records contains this number of its words,
or this share of them. Words are weighted by rarity, with a mean of 1."""

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

    That is so when half of its words are in no record, when none of the best records
    contains enough of its words, or when none is close in meaning. If one is very close
    in meaning, words do not decide. `tests/relevance/test_off_topic.py` counts the
    queries for which this is right.

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
    best = max(
        covered_share(hit, counts, record_count) for hit in page.hits[:BEST_HITS]
    )
    return best < max(LEAST_SHARE, LEAST_WORDS / sum(map(_size, counts)))


def covered_share(hit: Hit, counts: Mapping[str, int], record_count: int) -> float:
    """Return the share of the words of a query that a hit contains, from 0 to 1.

    Words are weighted by rarity. `counts` are the words, each with its number of
    records.
    """
    weights = {
        text: _size(text) * idf(record_count, max(count, RARE))
        for text, count in counts.items()
    }
    matched = {reason.typed for reason in hit.reasons}
    return sum(weights.get(text, 0.0) for text in matched) / sum(weights.values())


def _size(text: str) -> int:
    """Return the number of words of a part of a query: a term counts for its words."""
    return len(text.split())
