"""Sorted arrays of ids with scores: their union, intersection, sums and maxima.

Ids are numbers of records or of documents. The cost of an operation depends on the ids
it touches, not on the size of the index: the arrays of a `Workspace` are reused.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.model.arrays import Ids, Indices, Mask, Scores

MUCH_LONGER = 16
"""From this ratio of lengths, binary search costs less than a pass over the longer."""

FEW = 8
"""From this ratio, the shorter list is inserted into the longer."""

DENSE = 5
"""Ids are dense when they are more than one in this many of all."""


@dataclass(frozen=True, slots=True)
class ScoredIds:
    """Rising ids, and the score of each, which is above zero."""

    ids: Ids
    scores: Scores

    def __len__(self) -> int:
        return len(self.ids)

    def weighted(self, weight: float) -> ScoredIds:
        """Return the ids with their scores multiplied."""
        if weight == 1 or not len(self.ids):
            return self
        return ScoredIds(self.ids, self.scores * np.float32(weight))

    def scores_of(self, ids: Ids) -> Scores:
        """Return the score of each id of an array; 0 for those that are not here."""
        if not len(self.ids):
            return np.zeros(len(ids), np.float32)
        indices = self.ids.searchsorted(ids)
        is_there = self.ids.take(indices, mode="clip") == ids
        scores: Scores = self.scores.take(indices, mode="clip") * is_there
        return scores

    def masked(self, mask: Mask) -> ScoredIds:
        """Return the ids for which a mask of the same length is true."""
        return ScoredIds(self.ids[mask], self.scores[mask])


UNSCORED = np.float32(1e-30)
"""The score of filters and exclusions: above zero, but it changes no sum."""

_ONCE = np.int16(1)

NO_IDS = ScoredIds(np.empty(0, np.int32), np.empty(0, np.float32))


class Workspace(threading.local):
    """Arrays with an element for each id of the index, one set for each thread.

    `totals` (float32) and `counts` (int16) are all zeros between two operations;
    `slots` (int32) has the values of the last one. `sequence` is 0, 1, 2 …; the threads
    share it.
    """

    def __init__(self, size: int, sequence: Ids) -> None:
        self.totals = np.zeros(size, np.float32)
        self.counts = np.zeros(size, np.int16)
        self.slots = np.zeros(size, np.int32)
        self.sequence = sequence


def union_max(parts: Sequence[ScoredIds], space: Workspace) -> ScoredIds:
    """Return the ids of all parts, each with its highest score."""
    return _union([part for part in parts if len(part)], 1, np.maximum, space)


def max_by_id(scored: ScoredIds, space: Workspace) -> ScoredIds:
    """Return each id once with its highest score; ids may repeat, in any order."""
    return _combined([scored], 1, np.maximum, space)


def union_sum(parts: Sequence[ScoredIds], at_least: int, space: Workspace) -> ScoredIds:
    """Return the ids that are in `at_least` parts, each with the sum of its scores."""
    if at_least == len(parts) > 1:
        return _intersection(parts, space)
    filled = [part for part in parts if len(part)]
    return _union(filled, at_least, np.add, space)


def sum_by_id(parts: Sequence[ScoredIds], space: Workspace) -> ScoredIds:
    """Return each id with the sum of its scores; ids may repeat within a part."""
    return _combined([part for part in parts if len(part)], 1, np.add, space)


def sum_by_dense_id(ids: Ids, scores: Scores, size: int) -> ScoredIds:
    """Return each id with the sum of its scores; ids may be in any order.

    The cost depends on `size`, the number of ids of the index.
    """
    totals = np.bincount(ids, scores, size)
    (summed,) = totals.nonzero()
    return ScoredIds(summed.astype(np.int32), totals.take(summed).astype(np.float32))


def _union(
    parts: Sequence[ScoredIds], at_least: int, combine: np.ufunc, space: Workspace
) -> ScoredIds:
    """Combine parts that are not empty and repeat no id."""
    if at_least > 1:
        return _combined(parts, at_least, combine, space)
    if len(parts) < 2:
        return parts[0] if parts else NO_IDS
    longest, *others = sorted(parts, key=len, reverse=True)
    if sum(map(len, others)) * FEW > len(longest):
        return _combined(parts, 1, combine, space)
    return _with_few(longest, _union(others, 1, combine, space), combine)


def _with_few(many: ScoredIds, few: ScoredIds, combine: np.ufunc) -> ScoredIds:
    indices = many.ids.searchsorted(few.ids)
    is_there = many.ids.take(indices, mode="clip") == few.ids
    scores = many.scores.copy()
    combine.at(scores, indices[is_there], few.scores[is_there])
    if is_there.all():
        return ScoredIds(many.ids, scores)
    new = ~is_there
    return ScoredIds(
        np.insert(many.ids, indices[new], few.ids[new]),
        np.insert(scores, indices[new], few.scores[new]),
    )


def _combined(
    parts: Sequence[ScoredIds], at_least: int, combine: np.ufunc, space: Workspace
) -> ScoredIds:
    """Combine parts, in which ids may repeat in any order."""
    if len(parts) < at_least or not parts:
        return NO_IDS
    totals, counts = space.totals, space.counts
    is_counted = at_least > 1
    for part in parts:
        # In place: reading, combining and writing back would take three times as long.
        combine.at(totals, part.ids, part.scores)
        if is_counted:
            np.add.at(counts, part.ids, _ONCE)
    # Where ids are dense, a pass over the totals costs less than a sort.
    if sum(map(len, parts)) * DENSE > len(totals):
        is_matching = counts >= at_least if is_counted else totals > 0
        matching = np.flatnonzero(is_matching).astype(np.int32)
        scores = totals.take(matching)
        totals.fill(0)
        counts.fill(0)
    else:
        ids = np.concatenate([part.ids for part in parts])
        ids.sort()
        ids = ids[is_run_start(ids)]
        matching = ids[counts.take(ids) >= at_least] if is_counted else ids
        scores = totals.take(matching)
        totals[ids] = 0
        counts[ids] = 0
    return ScoredIds(matching, scores)


def _intersection(parts: Sequence[ScoredIds], space: Workspace) -> ScoredIds:
    shortest, *others = sorted(parts, key=len)
    ids, scores = shortest.ids, shortest.scores
    for part in others:
        if not len(ids):
            return NO_IDS
        if len(part) > MUCH_LONGER * len(ids):
            indices = part.ids.searchsorted(ids).astype(np.int32)
        else:
            # The comparison below excludes the values of earlier lists in `slots`.
            space.slots[part.ids] = space.sequence[: len(part)]
            indices = space.slots.take(ids)
        is_shared = part.ids.take(indices, mode="clip") == ids
        shared = np.flatnonzero(is_shared)
        ids = ids.take(shared)
        scores = scores.take(shared) + part.scores.take(indices.take(shared))
    return ScoredIds(ids, scores)


def run_max(ids: Ids, scores: Scores) -> ScoredIds:
    """Return each id with its highest score, from a rising list with repeats."""
    starts = np.flatnonzero(is_run_start(ids))
    if len(starts) == len(ids):
        return ScoredIds(ids, scores)
    return ScoredIds(ids[starts], np.maximum.reduceat(scores, starts))


def is_run_start(ids: Ids) -> Mask:
    """Return where a rising list begins another id."""
    mask = np.empty(len(ids), np.bool_)
    mask[:1] = True
    np.not_equal(ids[1:], ids[:-1], out=mask[1:])
    return mask


def indices_in(ids: Ids, sought: Ids) -> Indices:
    """Return the index of each sought id in a rising list, or -1."""
    indices = ids.searchsorted(sought)
    if not len(ids):
        return np.full(len(sought), -1, np.intp)
    return np.where(ids.take(indices, mode="clip") == sought, indices, -1)


def span_indices(firsts: Indices | Ids, ends: Indices | Ids) -> Indices:
    """Return all indices from each first to before its end, span after span."""
    lengths = ends - firsts
    last = np.cumsum(lengths)
    total = int(last[-1]) if len(last) else 0
    indices: Indices = np.arange(total) + np.repeat(firsts - (last - lengths), lengths)
    return indices
