"""The content of a segment of an index, in arrays, before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.doc_values import DocValues

Numbers = NDArray[np.int32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """The postings of a field: for each term, in order, the documents that hold it.

    `starts` has one number more than there are terms: the postings of term `n` are
    those from `starts[n]` to `starts[n + 1]`. Documents rise within a term. `positions`
    are those of all postings, as many for each as its frequency tells; None in a field
    that keeps none.
    """

    terms: Sequence[bytes]
    starts: Offsets
    documents: Numbers
    frequencies: Numbers
    positions: Numbers | None

    @classmethod
    def gathered(
        cls,
        vocabulary: Sequence[bytes],
        ranks: Numbers,
        documents: Numbers,
        positions: Numbers | None = None,
    ) -> FieldPostings:
        """Gather words in whatever order into postings.

        Args:
            vocabulary: all terms, sorted; those that no word is are left out.
            ranks: the place of each word in the vocabulary.
            documents: the document of each word.
            positions: where each word stands in its document.
        """
        places = np.zeros_like(documents) if positions is None else positions
        ranks, documents, places = _sorted(ranks, documents, places)
        firsts = run_starts(ranks, documents)
        frequencies = np.diff(firsts, append=len(ranks)).astype(np.int32)
        held = ranks[firsts]
        starts = run_starts(held)
        return cls(
            [vocabulary[rank] for rank in held[starts].tolist()],
            np.append(starts, len(held)),
            documents[firsts],
            frequencies,
            None if positions is None else places,
        )

    def counts(self, documents: int) -> NDArray[np.int64]:
        """Count the words of each document: its length in this field."""
        return np.bincount(
            self.documents, weights=self.frequencies, minlength=documents
        ).astype(np.int64)


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """All that a segment holds: postings by field, stored values, facts.

    `stored` is, for each document, what Whoosh keeps of it (see `columns.py`).
    """

    fields: Mapping[str, FieldPostings]
    stored: Sequence[bytes]
    facts: DocValues

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return len(self.stored)


def run_starts(*columns: NDArray[np.generic]) -> Offsets:
    """Give where each run of rows begins whose values are equal in all columns."""
    rows = len(columns[0])
    is_start = np.zeros(rows, np.bool_)
    is_start[:1] = True
    for column in columns:
        is_start[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(is_start)


def _sorted(*columns: Numbers) -> tuple[Numbers, ...]:
    """Sort rows by their columns, the first one first."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > 64:
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns)
    # Each row is one number, which NumPy sorts many times faster than rows.
    keys = np.zeros(len(columns[0]), np.uint64)
    for column, width in zip(columns, widths, strict=True):
        keys <<= np.uint64(width)
        keys |= column.astype(np.uint64)
    keys.sort()
    found: list[Numbers] = []
    for width in reversed(widths):
        found.append((keys & np.uint64((1 << width) - 1)).astype(np.int32))
        keys >>= np.uint64(width)
    return tuple(reversed(found))
