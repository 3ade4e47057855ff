"""Orders the records that match a question in part: by words, meaning and links.

Scores by words and cosines have no common scale. So each is counted in standard
deviations: above the mean of the records that match words, and above the mean of all
records. A record that is linked with a good one is often about the same question, in
other words: it gains a share of what its best neighbour has above the last.

Decision 0044 has the measurements behind each constant.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import TypeVar

from indexer.model.query import CloseRecord

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
        around = (merits[each] - last for each in neighbours(item) if each in merits)
        return NEIGHBOUR_SHARE * max(around, default=0.0)

    moved = [each for each in merits if each not in fixed]
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
