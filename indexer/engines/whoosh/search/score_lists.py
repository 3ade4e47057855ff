"""Numbers of records or of documents, each with a score, and how they are put together.

Each operation costs as much as the numbers that it touches, however many there are in
the index: it works in arrays that are kept from one to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]

MUCH_LONGER = 16
"""How many times longer a list must be for a search in it to cost less than a walk."""

FEW = 8
"""How many times fewer numbers must be to be put in one by one."""

DENSE = 5
"""Numbers are many when they are more than one in so many of all."""

SPARSE = 32
"""Numbers are few when they are fewer than one in so many of all."""

FEW_PARTS = 4

MANY_REPEATS = 4000
"""Of so many numbers that repeat, each run is added up before it is put in."""


@dataclass(frozen=True, slots=True)
class ScoredIds:
    """Numbers, which rise, and the score of each, which is above zero."""

    numbers: Numbers
    scores: Scores

    def __len__(self) -> int:
        return len(self.numbers)

    def weighed(self, weight: float) -> ScoredIds:
        """Give the same with its scores multiplied."""
        if weight == 1 or not len(self.numbers):
            return self
        return ScoredIds(self.numbers, self.scores * np.float32(weight))

    def of(self, numbers: Numbers) -> ScoredIds:
        """Give those of some numbers, which rise."""
        where = places_in(self.numbers, numbers)
        where = where[where >= 0]
        return ScoredIds(self.numbers.take(where), self.scores.take(where))

    def kept(self, mask: NDArray[np.bool_]) -> ScoredIds:
        """Give those for which a mask is true."""
        return ScoredIds(self.numbers[mask], self.scores[mask])


UNSCORED = np.float32(1e-30)
"""The score of what matches and is worth nothing: not zero, but it changes no sum."""

_ONCE = np.int16(1)

NOTHING = ScoredIds(np.empty(0, np.int32), np.empty(0, np.float32))


class Workspace(threading.local):
    """Arrays as long as there are numbers, one set for each thread.

    `totals` and `times` are all zeros between two operations; `slots` holds what the
    one before left there; `places` are all numbers in a row, which all threads share.
    """

    def __init__(self, size: int, places: Numbers) -> None:
        self.totals = np.zeros(size, np.float32)
        self.times = np.zeros(size, np.int16)
        self.slots = np.zeros(size, np.int32)
        self.places = places


def union_max(parts: Sequence[ScoredIds], space: Workspace) -> ScoredIds:
    """Give what stands in any of the parts, with the best of its scores."""
    return _merged([part for part in parts if len(part)], np.maximum, space)


def best_within(scored: ScoredIds, space: Workspace) -> ScoredIds:
    """Give each number once, with the best of its scores; they may be in any order."""
    return _united([scored], 1, np.maximum, space)


def union_sum(parts: Sequence[ScoredIds], at_least: int, space: Workspace) -> ScoredIds:
    """Give what stands in so many of the parts, with the sum of its scores."""
    if at_least == len(parts) > 1:
        return _shared(parts, space)
    held = [part for part in parts if len(part)]
    if at_least > 1:
        return _united(held, at_least, np.add, space)
    return _merged(held, np.add, space)


def total_of(parts: Sequence[ScoredIds], space: Workspace) -> ScoredIds:
    """Give the sum of the scores of each number, which may repeat within a part."""
    held = [part for part in parts if len(part)]
    if sum(map(len, held)) > MANY_REPEATS:
        # To add to the same number again is to wait for what was added before.
        held = [summed(part.numbers, part.scores) for part in held]
    return _united(held, 1, np.add, space)


def total_of_many(numbers: Numbers, scores: Scores, size: int) -> ScoredIds:
    """Give the sum of the scores of each number, in any order, of so many that are.

    It looks at all there are: it is for numbers that touch a good part of them.
    """
    totals = np.bincount(numbers, scores, size)
    (kept,) = totals.nonzero()
    return ScoredIds(kept.astype(np.int32), totals.take(kept).astype(np.float32))


def _merged(held: Sequence[ScoredIds], merge: np.ufunc, space: Workspace) -> ScoredIds:
    """Put parts together of which none repeats a number."""
    if len(held) < 2:
        return held[0] if held else NOTHING
    longest, *others = sorted(held, key=len, reverse=True)
    if sum(map(len, others)) * FEW > len(longest):
        return _united(held, 1, merge, space)
    return _with_few(longest, _merged(others, merge, space), merge)


def _with_few(many: ScoredIds, few: ScoredIds, merge: np.ufunc) -> ScoredIds:
    """Put few numbers among many, where looking at all there are costs more."""
    where = many.numbers.searchsorted(few.numbers)
    is_there = many.numbers.take(where, mode="clip") == few.numbers
    scores = many.scores.copy()
    merge.at(scores, where[is_there], few.scores[is_there])
    if is_there.all():
        return ScoredIds(many.numbers, scores)
    new = ~is_there
    return ScoredIds(
        np.insert(many.numbers, where[new], few.numbers[new]),
        np.insert(scores, where[new], few.scores[new]),
    )


def _united(
    held: Sequence[ScoredIds], at_least: int, merge: np.ufunc, space: Workspace
) -> ScoredIds:
    if len(held) < at_least or not held:
        return NOTHING
    totals, times = space.totals, space.times
    is_counted = at_least > 1
    for part in held:
        # In place: to read, to merge and to write back would take three times as long.
        merge.at(totals, part.numbers, part.scores)
        if is_counted:
            np.add.at(times, part.numbers, _ONCE)
    touched = sum(map(len, held))
    # Where many numbers are touched, looking at all there are costs less than a sort.
    if touched * DENSE > len(totals):
        is_kept = times >= at_least if is_counted else totals > 0
        kept = np.flatnonzero(is_kept).astype(np.int32)
    else:
        found = np.concatenate([part.numbers for part in held])
        # A few parts that rise are merged by this sort; many, or one that does not, are
        # sorted sooner by the other.
        found.sort(kind="stable" if 1 < len(held) <= FEW_PARTS else "quicksort")
        found = found[is_first(found)]
        kept = found[times.take(found) >= at_least] if is_counted else found
        if touched * SPARSE < len(totals):
            scores = totals.take(kept)
            totals[found] = 0
            times[found] = 0
            return ScoredIds(kept, scores)
    scores = totals.take(kept)
    totals.fill(0)
    if is_counted:
        times.fill(0)
    return ScoredIds(kept, scores)


def _shared(parts: Sequence[ScoredIds], space: Workspace) -> ScoredIds:
    shortest, *others = sorted(parts, key=len)
    numbers, scores = shortest.numbers, shortest.scores
    for part in others:
        if not len(numbers):
            return NOTHING
        if len(part) > MUCH_LONGER * len(numbers):
            where = part.numbers.searchsorted(numbers).astype(np.int32)
        else:
            # What an earlier list left in other slots is told by the comparison below.
            space.slots[part.numbers] = space.places[: len(part)]
            where = space.slots.take(numbers)
        is_shared = part.numbers.take(where, mode="clip") == numbers
        kept = np.flatnonzero(is_shared)
        numbers = numbers.take(kept)
        scores = scores.take(kept) + part.scores.take(where.take(kept))
    return ScoredIds(numbers, scores)


def summed(numbers: Numbers, scores: Scores) -> ScoredIds:
    """Add up the scores of each number, in a list that rises with repeats."""
    return _reduced(numbers, scores, np.add)


def highest(numbers: Numbers, scores: Scores) -> ScoredIds:
    """Give the best score of each number, in a list that rises with repeats."""
    return _reduced(numbers, scores, np.maximum)


def _reduced(numbers: Numbers, scores: Scores, merge: np.ufunc) -> ScoredIds:
    firsts = first_places(numbers)
    if len(firsts) == len(numbers):
        return ScoredIds(numbers, scores)
    return ScoredIds(numbers[firsts], merge.reduceat(scores, firsts))


def first_places(numbers: Numbers) -> NDArray[np.intp]:
    """Give the places where a new number begins, in a list that rises."""
    return np.flatnonzero(is_first(numbers))


def is_first(numbers: Numbers) -> NDArray[np.bool_]:
    """Tell where a new number begins, in a list that rises."""
    mask = np.empty(len(numbers), np.bool_)
    mask[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=mask[1:])
    return mask


def places_in(numbers: Numbers, sought: Numbers) -> NDArray[np.intp]:
    """Give where each number stands in a list that rises; -1 for those that do not."""
    where = numbers.searchsorted(sought)
    if not len(numbers):
        return np.full(len(sought), -1, np.intp)
    return np.where(numbers.take(where, mode="clip") == sought, where, -1)
