"""Puts side by side what says the same in two languages.

The texts of a record and of its translation stand in the same order, but one may be cut
where the other is not. They are aligned by their lengths alone, as Gale and Church do
(1993, "A program for aligning sentences in bilingual corpora"): a long text has a long
translation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

VARIANCE = 6.8
"""Of the length of a translation, by character (Gale and Church, 1993, table 3)."""

PENALTIES = {(1, 1): 0.0, (1, 0): 4.5, (0, 1): 4.5, (2, 1): 2.3, (1, 2): 2.3}
"""What each way of matching costs: minus the logarithm of how often it is met."""

MOST_APART = 25.0
MAX_TEXTS = 400
BAND = 10
"""How far from the diagonal a match may be."""

Aligned = tuple[str, str]


def align(one: Sequence[str], other: Sequence[str]) -> Iterator[Aligned]:
    """Give the stretches of two lists of texts that say the same, in order."""
    one, other = one[:MAX_TEXTS], other[:MAX_TEXTS]
    if len(one) == len(other):
        yield from zip(one, other, strict=True)
        return
    for start, stop, other_start, other_stop in _cheapest(one, other):
        if start < stop and other_start < other_stop:
            yield (
                "\n".join(one[start:stop]),
                "\n".join(other[other_start:other_stop]),
            )


def _cheapest(
    one: Sequence[str], other: Sequence[str]
) -> Sequence[tuple[int, int, int, int]]:
    lengths = [0, *accumulate(len(text) + 1 for text in one)]
    other_lengths = [0, *accumulate(len(text) + 1 for text in other)]
    ratio = other_lengths[-1] / max(1, lengths[-1])
    width = abs(len(one) - len(other)) + BAND
    costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
    steps: dict[tuple[int, int], tuple[int, int]] = {}
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
                cost = costs[i, j] + penalty + _apart(length * ratio, other_length)
                if cost < costs.get((i + di, j + dj), math.inf):
                    costs[i + di, j + dj] = cost
                    steps[i + di, j + dj] = (di, dj)
    return _walked(steps, len(one), len(other))


def _apart(expected: float, length: float) -> float:
    deviation = math.sqrt(VARIANCE * (expected + length) / 2 + 1)
    return min(((length - expected) / deviation) ** 2 / 2, MOST_APART)


def _walked(
    steps: dict[tuple[int, int], tuple[int, int]], i: int, j: int
) -> Sequence[tuple[int, int, int, int]]:
    found = []
    while (i, j) in steps:
        di, dj = steps[i, j]
        found.append((i - di, i, j - dj, j))
        i, j = i - di, j - dj
    return found[::-1]
