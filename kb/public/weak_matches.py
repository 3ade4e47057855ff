"""Whether records are about a query, or only share a common word with it."""

from __future__ import annotations

from indexer.model.query import Sort
from indexer.model.results import Hit, ResultPage
from indexer.search.ranking import idf

LEAST_SHARE = 1 / 3
"""Of the weights of all words. Judged queries reach 0.34, most queries on other
subjects less: `tests/relevance/test_off_topic.py`."""

LONG = 6
LEAST_SHARE_OF_LONG = 1 / 4
"""Of so many words, some only tell the story of a question: judged ones reach 0.26."""

BEST_HITS = 3

LEAST_RECORDS = 50
"""In fewer records, that a word is rare or absent says little about a query."""


def is_weak(page: ResultPage, record_count: int, sort: Sort) -> bool:
    """Return whether no record is about the query as a whole.

    That is so when half of its words are in no record, or when none of the best records
    contains a third of its words (a quarter of a long query), weighted by how rare
    they are.

    Args:
        page: the page of results; on a next page, partial matches were asked for.
        record_count: the number of all records.
        sort: the order of the results; the best records are known by relevance only.
    """
    counts = page.part_counts
    if page.page > 1 or not counts or not page.hits or record_count < LEAST_RECORDS:
        return False
    if sum(not each for each in counts.values()) * 2 >= len(counts):
        return True
    if sort is not Sort.RELEVANCE:
        return False
    weights = {text: idf(record_count, count) for text, count in counts.items()}

    def weight(hit: Hit) -> float:
        matched = {each.typed for each in hit.reasons}
        return sum(weights.get(text, 0.0) for text in matched)

    # Closeness in meaning may put records with few of the words first.
    best = max(map(weight, page.hits if page.uses_meaning else page.hits[:BEST_HITS]))
    share = LEAST_SHARE if len(counts) < LONG else LEAST_SHARE_OF_LONG
    return best < share * sum(weights.values())
