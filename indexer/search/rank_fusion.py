"""Orders the records that match a question in part: by words, meaning and links.

Scores by words and cosines have no common scale. So each is counted in standard
deviations: above the mean of the records that match words, and above the mean of all
records. A record that is linked with a good one is often about the same question, in
other words: it gains a share of what its best neighbour has above the last.

Decision 0044 has the measurements behind each constant.

Words find names, codes and short queries better than any model of meaning does. A
question is different: the records that answer it often use other words. So meaning and
links order the records that match some of the words of a question, and the records
that match all words keep their places (`rank_fusion.py`).
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, pstdev
from typing import Protocol, TypeVar

from indexer.model.ids import Locale
from indexer.model.indexed_record import Neighbours
from indexer.model.query import And, CloseRecord, Compound, Node, Query, Sort, Word
from indexer.search.query_parts import is_common

MEANING_WEIGHT = 0.75
"""The weight of closeness in meaning, relative to that of words."""

FOREIGN_MEANING_WEIGHT = 1.5
"""That of a record without a text in the reader's language, whose words match only by
their translations."""

NEIGHBOUR_SHARE = 0.7
"""What a record gains of the merit of its best neighbour."""

BELOW_LAST = 0.25
"""The distance, in standard deviations, of a record without a word of the query below
the last that has one, and of one that is not close below the last that is."""

MOST_DEVIATIONS = 4.0
"""A record that the query names has a score far above all others."""

ItemT = TypeVar("ItemT")


def fused(
    by_words: Sequence[tuple[ItemT, float]],
    close: Mapping[ItemT, CloseRecord],
    fixed: Container[ItemT],
    neighbours: Callable[[ItemT], Iterable[ItemT]],
) -> list[ItemT]:
    """Return the records in their order.

    Some records keep their places: those that match all words or are named, so that
    nothing that is found by a name or a code is lost.

    Args:
        by_words: the records that match words and their scores, the best first.
        close: the records close in meaning; some may not be in `by_words`.
        fixed: the records that keep their places.
        neighbours: returns the records that a record is linked with.
    """
    merits = _merits(by_words, close, fixed)
    last = min(merits.values(), default=0.0)

    def gain(item: ItemT) -> float:
        around = (
            merits[neighbour] - last
            for neighbour in neighbours(item)
            if neighbour in merits
        )
        return NEIGHBOUR_SHARE * max(around, default=0.0)

    moved = [merit for merit in merits if merit not in fixed]
    ordered = iter(sorted(moved, key=lambda each: -merits[each] - gain(each)))
    places = [each if each in fixed else next(ordered) for each, _ in by_words]
    return [*places, *ordered]


def _merits(
    by_words: Sequence[tuple[ItemT, float]],
    close: Mapping[ItemT, CloseRecord],
    fixed: Container[ItemT],
) -> dict[ItemT, float]:
    """Return the merit of each record by words and meaning, in standard deviations."""
    scores = [score for item, score in by_words if item not in fixed]
    mean = fmean(scores) if scores else 0.0
    deviation = pstdev(scores) or 1.0 if scores else 1.0
    merits = {
        item: min((score - mean) / deviation, MOST_DEVIATIONS)
        for item, score in by_words
    }
    lowest = min(merits.values(), default=0.0) - BELOW_LAST
    farthest = min((each.closeness for each in close.values()), default=0.0)
    for item in close:
        merits.setdefault(item, lowest)
    for item in merits:
        near = close.get(item)
        is_foreign = near is not None and near.is_foreign
        weight = FOREIGN_MEANING_WEIGHT if is_foreign else MEANING_WEIGHT
        merits[item] += weight * (near.closeness if near else farthest - BELOW_LAST)
    return merits


LEAST_WORDS = 3
LEAST_FOREIGN_WORDS = 2
"""A text of fewer words, stop words apart, is searched by its words alone. Two words
are often a name; they only look for records without an edition in their language."""

ENCODED_WORDS = 7
"""The number of words to which a longer text is cut, by leaving out its first stop
words: encoding takes a millisecond or two for each word."""

MOST_WORDS = 9
"""Of a text that has more words without stop words, the first are encoded."""


class FindClose(Protocol):
    """Finds the records close to a text."""

    def __call__(
        self, text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        """Return them, the closest first; perhaps only those that are foreign."""
        ...


def with_close_records(
    query: Query, find: FindClose, *, least_words: int = LEAST_WORDS
) -> Query:
    """Return a query with the close records that count for it.

    Args:
        query: the query.
        find: returns the close records.
        least_words: of fewer words, only records in the other language count.
    """
    words = _plain_words(query)
    content = _content_words(words)
    if len(content) < min(LEAST_FOREIGN_WORDS, least_words):
        return query
    only_foreign = len(content) < least_words
    close = find(_encoded_text(words), query.locale, only_foreign=only_foreign)
    return replace(query, close=close)


def with_neighbours(query: Query, neighbours: Neighbours) -> Query:
    """Return a query with the links between records, if they count for it."""
    if len(_content_words(_plain_words(query))) < LEAST_WORDS:
        return query
    return replace(query, neighbours=neighbours)


def _plain_words(query: Query) -> list[str]:
    """Return the words typed side by side; none if anything else was typed.

    Quotation marks, operators, prefixes, fields and “only my words” say that the reader
    wants these words.
    """
    is_wide = query.is_expandable and query.is_relaxable and not query.is_exact
    is_as_typed = not query.notices and not query.is_plain
    if not (is_wide and is_as_typed and query.sort is Sort.RELEVANCE):
        return []
    return _words_of(query.root)


def _words_of(root: Node | None) -> list[str]:
    nodes: Sequence[Node | None] = (root,)
    if isinstance(root, And) and root.is_implicit:
        nodes = root.nodes
    words = [node for node in nodes if isinstance(node, Word | Compound)]
    is_plain = len(words) == len(nodes)
    if not is_plain or any(word.is_title_only or word.is_text_only for word in words):
        return []
    return [word.text for word in words]


def _content_words(words: list[str]) -> list[str]:
    return [word for word in words if not is_common(word)]


def _encoded_text(words: list[str]) -> str:
    """Return the words that the model reads, in their order."""
    surplus = len(words) - ENCODED_WORDS
    kept = []
    for word in words:
        if surplus > 0 and is_common(word):
            surplus -= 1
        else:
            kept.append(word)
    return " ".join(kept[:MOST_WORDS])
