"""The content of a segment, in arrays, before it is written; the fields of a document.

A document is a passage, or the head of an edition: its title, summary, keywords and
questions.
There is a field of words for each language, such as `text_fr`.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh import fields
from whoosh.formats import Format

from indexer.engines.whoosh.index.doc_values import DocValues
from indexer.model.arrays import Frequencies, Ids, Mask, Offsets
from indexer.model.ids import Locale


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that contain a term, rising, and its frequency in each."""

    documents: Ids
    frequencies: Frequencies

    def __len__(self) -> int:
        return len(self.documents)

    def among(self, wanted: Mask) -> "Postings":
        """Return the postings of wanted documents; the mask covers all documents."""
        # `flatnonzero` costs more than this for short lists.
        (indices,) = wanted.take(self.documents).nonzero()
        return Postings(self.documents.take(indices), self.frequencies.take(indices))

    def without(self, part: "Postings") -> "Postings":
        """Return the postings of what is not in a part of each document."""
        frequencies = self.frequencies.astype(np.float32)
        frequencies[self.documents.searchsorted(part.documents)] -= part.frequencies
        (indices,) = frequencies.nonzero()
        return Postings(self.documents.take(indices), frequencies.take(indices))


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """The postings of a field.

    Attributes:
        terms: the terms, in order.
        starts: for each term, its first posting; then the number of postings.
        documents: the document of each posting; they rise within a term.
        frequencies: the frequency of each posting.
        positions: the positions of all postings, as many for each as its frequency;
            None in a field without positions.
    """

    terms: Sequence[bytes]
    starts: Offsets
    documents: Ids
    frequencies: Ids
    positions: Ids | None

    @classmethod
    def gathered(
        cls,
        vocabulary: Sequence[bytes],
        ranks: Ids,
        documents: Ids,
        positions: Ids | None = None,
    ) -> "FieldPostings":
        """Make postings of words, which may be in any order.

        Args:
            vocabulary: all terms, sorted; unused ones are left out.
            ranks: the index of each word in the vocabulary.
            documents: the document of each word.
            positions: the position of each word in its document.
        """
        all_positions = np.zeros_like(documents) if positions is None else positions
        ranks, documents, all_positions = _sorted(ranks, documents, all_positions)
        firsts = run_starts(ranks, documents)
        frequencies = np.diff(firsts, append=len(ranks)).astype(np.int32)
        of_postings = ranks[firsts]
        starts = run_starts(of_postings)
        return cls(
            [vocabulary[rank] for rank in of_postings[starts].tolist()],
            np.append(starts, len(of_postings)),
            documents[firsts],
            frequencies,
            None if positions is None else all_positions,
        )

    def lengths(self, documents: int) -> Offsets:
        """Return the number of words of each document in this field (int64)."""
        return np.bincount(
            self.documents, weights=self.frequencies, minlength=documents
        ).astype(np.int64)


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """The content of a segment: postings by field, stored fields, doc values.

    `stored` has the stored fields of each document (see `segment_io.py`).
    """

    fields: Mapping[str, FieldPostings]
    stored: Sequence[bytes]
    doc_values: DocValues

    @property
    def document_count(self) -> int:
        """The number of documents."""
        return len(self.stored)


def run_starts(*columns: NDArray[np.generic]) -> Offsets:
    """Return the first row of each run of rows that are equal in all columns."""
    rows = len(columns[0])
    is_start = np.zeros(rows, np.bool_)
    is_start[:1] = True
    for column in columns:
        is_start[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(is_start)


def _sorted(*columns: Ids) -> tuple[Ids, ...]:
    """Sort rows by their columns, the first one first."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > 64:
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns)
    # NumPy sorts single integers many times faster than rows.
    keys = np.zeros(len(columns[0]), np.uint64)
    for column, width in zip(columns, widths, strict=True):
        keys <<= np.uint64(width)
        keys |= column.astype(np.uint64)
    keys.sort()
    unpacked: list[Ids] = []
    for width in reversed(widths):
        unpacked.append((keys & np.uint64((1 << width) - 1)).astype(np.int32))
        keys >>= np.uint64(width)
    return tuple(reversed(unpacked))


STEMMED = ("title", "summary", "keywords", "questions", "heading", "text")
"""Fields of stems, in which words are matched."""

POSITION_TYPE = "I"

EXACT = "exact"
"""The folded words of all fields of `STEMMED`, with positions: for phrases, prefixes,
and queries of stop words only."""

EXACT_QUESTIONS = f"{EXACT}_questions"
"""The words of `EXACT` that are in questions: operators do not read these."""


class PackedPositions(Format):
    """The positions of a term in a document, as little-endian integers of four bytes.

    Whoosh's own format pickles a list for each posting. The positions of a block of
    postings in this format are one array. Whoosh calls the methods by their names.
    """

    @staticmethod
    def decode_positions(value: bytes) -> list[int]:
        """Unpack positions."""
        return array(POSITION_TYPE, value).tolist()

    @staticmethod
    def decode_frequency(value: bytes) -> int:
        """Count positions."""
        return len(value) // array(POSITION_TYPE).itemsize


def _with_positions() -> fields.TEXT:
    field = fields.TEXT(phrase=True)
    field.format = PackedPositions()
    return field


def make_schema() -> fields.Schema:
    """Make the schema of an index.

    Its fields have no analyzers of ours: texts are analysed before they are written.
    """
    schema = fields.Schema(
        record=fields.STORED(), locale=fields.STORED(), stored=fields.STORED()
    )
    for locale in Locale:
        for name in STEMMED:
            schema.add(f"{name}_{locale}", fields.TEXT(phrase=False))
        for name in (EXACT, f"{EXACT}_title", EXACT_QUESTIONS):
            schema.add(f"{name}_{locale}", _with_positions())
    return schema
