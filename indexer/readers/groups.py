"""Groups of consecutive items."""

from __future__ import annotations

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
