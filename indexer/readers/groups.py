"""Groups of consecutive items, and weighted votes."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def consecutive_groups(
    items: Iterable[T], belongs: Callable[[list[T], T], object]
) -> list[list[T]]:
    """Split items into groups; `belongs` decides whether one joins the last group."""
    groups: list[list[T]] = []
    for item in items:
        if groups and belongs(groups[-1], item):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def heaviest(weights: Iterable[tuple[T, int]], default: T) -> T:
    """Return the item with the largest sum of weights; of equal ones the first."""
    sums: Counter[T] = Counter()
    for item, weight in weights:
        sums[item] += weight
    return max(sums, key=sums.__getitem__, default=default)
