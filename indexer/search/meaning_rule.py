"""When closeness in meaning counts, and how it is joined with the match of words.

Words find names, codes and short queries better than any model of meaning does. A
question is different: the records that answer it often use other words. So records that
match all words keep their places, and meaning orders the others, where few match all
words. Decision 0041 has the measurements behind each constant.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from indexer.model.ids import Locale
from indexer.model.query import And, CloseRecord, Node, Query, Sort, Word
from indexer.search.query_parts import is_common

LEAST_WORDS = 3
LEAST_FOREIGN_WORDS = 2
"""A text of fewer words, stop words apart, is searched by its words alone. Two words
are often a name; they only look for records without an edition in their language."""

MOST_WORDS = 12
"""Of a longer text, the first words are encoded: each takes about a millisecond."""

RANK_OFFSET = 10
"""The constant of reciprocal rank fusion: first ranks count more when it is small."""

CLOSE_WEIGHT = 0.6
FOREIGN_WEIGHT = 1.5
"""The weights of a rank by meaning, relative to a rank by words. The words of a reader
reach a record without an edition in that language only through translations."""


class FindClose(Protocol):
    """Finds the records close to a text."""

    def __call__(
        self, text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        """Return them, the closest first; perhaps only those that are foreign."""
        ...


ItemT = TypeVar("ItemT")


def with_close_records(query: Query, find: FindClose) -> Query:
    """Return a query with the close records that count for it.

    Quotation marks, operators, prefixes, fields and “only my words” say that the reader
    wants these words: such a query has none. Stop words are left out: the model takes
    time for each word, and is as good without them.

    Args:
        query: the query.
        find: returns the close records.
    """
    is_wide = query.is_expandable and query.is_relaxable and not query.is_exact
    is_as_typed = not query.notices and not query.is_plain
    if not (is_wide and is_as_typed and query.sort is Sort.RELEVANCE):
        return query
    words = _content_words(query.root)
    if len(words) < LEAST_FOREIGN_WORDS:
        return query
    text = " ".join(words[:MOST_WORDS])
    close = find(text, query.locale, only_foreign=len(words) < LEAST_WORDS)
    return replace(query, close=close)


def _content_words(root: Node | None) -> list[str]:
    """Return the words typed side by side; none if there is anything else."""
    if not isinstance(root, And) or not root.is_implicit:
        return []
    words = [each for each in root.nodes if isinstance(each, Word)]
    is_plain = len(words) == len(root.nodes)
    if not is_plain or any(each.is_title_only for each in words):
        return []
    return [each.text for each in words if not is_common(each.text)]


def fused(
    by_words: Sequence[ItemT],
    close: Iterable[tuple[ItemT, CloseRecord]],
    exact: Container[ItemT],
) -> list[ItemT]:
    """Join a ranking by words with one by meaning, by reciprocal ranks.

    A record gains `weight / (RANK_OFFSET + rank)` in each ranking (Cormack, Clarke and
    Büttcher, 2009). Records that match all words keep their places: nothing that is
    found today by a name or a code is lost.

    Args:
        by_words: the records that match words, the best first.
        close: the close records, the closest first; some may not be in `by_words`.
        exact: the records that match all words.
    """
    partial = [each for each in by_words if each not in exact]
    gains = {each: 1 / (RANK_OFFSET + rank) for rank, each in enumerate(partial, 1)}
    others = (each for each in close if each[0] not in exact)
    for rank, (item, record) in enumerate(others, 1):
        weight = FOREIGN_WEIGHT if record.is_foreign else CLOSE_WEIGHT
        gains[item] = gains.get(item, 0.0) + weight / (RANK_OFFSET + rank)
    ordered = iter(sorted(gains, key=lambda item: -gains[item]))
    places = [each if each in exact else next(ordered) for each in by_words]
    return [*places, *ordered]
