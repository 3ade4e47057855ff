"""Alignment of the texts of a record with those of its translation.

The texts of both editions are in one order, but a translator may have split or joined
some. The alignment uses lengths only: a long text has a long translation (Gale and
Church, 1993, "A program for aligning sentences in bilingual corpora").
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

VARIANCE = 6.8
"""Variance of a translation's length, per character (Gale and Church, table 3)."""

PENALTIES = {(1, 1): 0.0, (1, 0): 4.5, (0, 1): 4.5, (2, 1): 2.3, (1, 2): 2.3}
"""Minus the logarithm of the frequency of each match of m texts with n texts."""

MAX_LENGTH_COST = 25.0
MAX_TEXTS = 400
BAND = 10
"""Maximal distance of a match from the diagonal, in texts."""

_Point = tuple[int, int]


def align(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of texts that translate each other, in order."""
    one, other = one[:MAX_TEXTS], other[:MAX_TEXTS]
    if len(one) == len(other):
        yield from zip(one, other, strict=True)
        return
    for (start, other_start), (stop, other_stop) in _cheapest_path(one, other):
        if start < stop and other_start < other_stop:
            yield (
                "\n".join(one[start:stop]),
                "\n".join(other[other_start:other_stop]),
            )


def _cheapest_path(
    one: Sequence[str], other: Sequence[str]
) -> Sequence[tuple[_Point, _Point]]:
    """Return the steps of the cheapest path, found by dynamic programming in a band."""
    lengths = [0, *accumulate(len(text) + 1 for text in one)]
    other_lengths = [0, *accumulate(len(text) + 1 for text in other)]
    ratio = other_lengths[-1] / max(1, lengths[-1])
    width = abs(len(one) - len(other)) + BAND
    costs: dict[_Point, float] = {(0, 0): 0.0}
    previous: dict[_Point, _Point] = {}
    for i in range(len(one) + 1):
        middle = i * len(other) // max(1, len(one))
        for j in range(max(0, middle - width), min(len(other), middle + width) + 1):
            if (i, j) not in costs:
                continue
            for (di, dj), penalty in PENALTIES.items():
                if i + di > len(one) or j + dj > len(other):
                    continue
                length = lengths[i + di] - lengths[i]
                other_length = other_lengths[j + dj] - other_lengths[j]
                cost = costs[i, j] + penalty
                cost += _length_cost(length * ratio, other_length)
                if cost < costs.get((i + di, j + dj), math.inf):
                    costs[i + di, j + dj] = cost
                    previous[i + di, j + dj] = (i, j)
    return _backtracked(previous, (len(one), len(other)))


def _length_cost(expected: float, length: float) -> float:
    deviation = math.sqrt(VARIANCE * (expected + length) / 2 + 1)
    return min(((length - expected) / deviation) ** 2 / 2, MAX_LENGTH_COST)


def _backtracked(
    previous: dict[_Point, _Point], point: _Point
) -> Sequence[tuple[_Point, _Point]]:
    steps = []
    while point in previous:
        steps.append((previous[point], point))
        point = previous[point]
    return steps[::-1]
