"""The interface of the compared engines."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.passages import TextPassage
from benchmarks.queries import TypedQuery

TOP = 10

FacetCounts = Mapping[str, Mapping[str, int]]


class Peer(Protocol):
    """A search engine with its index in a folder.

    All words of a query must match, in title or text, in either language. The text of a
    query is parsed each time.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder for the index."""
        ...

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index passages into an empty folder."""
        ...

    def open(self) -> None:
        """Open the index for searching."""
        ...

    def top(self, query: TypedQuery) -> list[str]:
        """Return the ids of the top ten, after reading their titles."""
        ...

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Return the top ten, and the facet counts of all results."""
        ...

    def snippets(self, query: TypedQuery) -> list[str]:
        """Return an excerpt of each of the top ten, with marked words."""
        ...

    def total(self, query: TypedQuery) -> int:
        """Return the number of results."""
        ...
