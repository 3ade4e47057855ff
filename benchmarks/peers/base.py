"""What is asked of an engine that is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.passages import TextPassage
from benchmarks.queries import TypedQuery

TOP = 10

FacetCounts = Mapping[str, Mapping[str, int]]


class Peer(Protocol):
    """An engine over a folder that is its own.

    All the words of a query must be found, in title or text, in either language. The
    text of a query is read anew each time.
    """

    def __init__(self, folder: Path) -> None:
        """Take a folder to work in."""
        ...

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index these passages, from nothing."""
        ...

    def open(self) -> None:
        """Make ready to answer."""
        ...

    def top(self, query: TypedQuery) -> list[str]:
        """Give the ids of the ten best; their titles are read too."""
        ...

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Give the ten best, and count each value of each facet in the whole answer."""
        ...

    def snippets(self, query: TypedQuery) -> list[str]:
        """Give an excerpt of each of the ten best, with the words marked in it."""
        ...

    def total(self, query: TypedQuery) -> int:
        """Count all that match."""
        ...
