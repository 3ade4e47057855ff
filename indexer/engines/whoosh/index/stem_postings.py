"""The postings of the stemmed fields of a segment, as arrays that are read in place.

The files of Whoosh have the same postings, but need a lookup for each field, and
decoding. A query looks up a hundred terms. Here one binary search by the hash of a term
finds all its fields, and its postings are slices of arrays in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.array_file import joined, packed, unpacked
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import STEMMED
from indexer.engines.whoosh.index.segment_content import FieldPostings, Postings
from indexer.model.arrays import Ids
from indexer.model.ids import Locale

STEMS_EXTENSION = ".stems"

FIELDS = tuple(f"{name}_{locale}" for locale in LOCALES for name in STEMMED)
"""The stemmed fields, by their number."""

StemHits = tuple[str, Postings]
"""A field without its language, and the postings of a term in it."""


@dataclass(frozen=True, slots=True)
class StemPostings:
    """The postings of a segment: a row for each term of each field.

    Attributes:
        hashes: the hash of the term of each row; they rise, with repeats.
        fields: the number of the field of each row.
        starts: the first posting of each row.
        counts: the number of postings of each row.
        documents: the document of each posting.
        frequencies: the frequency of each posting, in the smallest integer type.
    """

    hashes: NDArray[np.uint64]
    fields: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    documents: Ids
    frequencies: NDArray[np.unsignedinteger]

    @classmethod
    def of(cls, fields: Mapping[str, FieldPostings]) -> StemPostings:
        """Make the postings of the stemmed fields; other fields are left out."""
        stemmed = [(n, fields[name]) for n, name in enumerate(FIELDS) if name in fields]
        known: dict[bytes, int] = {}
        for _, postings in stemmed:
            for term in postings.terms:
                if term not in known:
                    known[term] = _hash(term)
        hashes = joined(
            (
                np.fromiter(map(known.__getitem__, each.terms), np.uint64)
                for _, each in stemmed
            ),
            np.uint64,
        )
        counts = joined((np.diff(each.starts) for _, each in stemmed), np.uint32)
        numbers = np.repeat(
            np.array([number for number, _ in stemmed], np.uint8),
            [len(each.terms) for _, each in stemmed],
        )
        frequencies = joined((each.frequencies for _, each in stemmed), np.uint32)
        order = np.argsort(hashes, kind="stable")
        starts = np.cumsum(counts, dtype=np.uint32) - counts
        return cls(
            hashes[order],
            numbers[order],
            starts[order],
            counts[order],
            joined((each.documents for _, each in stemmed), np.int32),
            # Frequencies in a passage are small: mostly a byte is enough.
            frequencies.astype(np.min_scalar_type(frequencies.max(initial=0))),
        )

    def to_bytes(self) -> bytes:
        """Return the content of a file of the postings."""
        return packed({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_bytes(cls, content: bytes) -> StemPostings:
        """Read the content of a file made by `to_bytes`, without a copy.

        Raises:
            ValueError, TypeError: `to_bytes` did not make the content.
        """
        return cls(**unpacked(content))

    def find(self, terms: Iterable[str], locale: Locale) -> Iterator[StemHits]:
        """Yield the postings of each term in each field of a language."""
        first_field = LOCALES.index(locale) * len(STEMMED)
        wanted = np.array([_hash(term.encode("utf-8")) for term in terms], np.uint64)
        firsts = self.hashes.searchsorted(wanted).tolist()
        lasts = self.hashes.searchsorted(wanted, side="right").tolist()
        for first, last in zip(firsts, lasts, strict=True):
            for row in range(first, last):
                field = int(self.fields[row]) - first_field
                if not 0 <= field < len(STEMMED):
                    continue
                start = int(self.starts[row])
                stop = start + int(self.counts[row])
                yield (
                    STEMMED[field],
                    Postings(self.documents[start:stop], self.frequencies[start:stop]),
                )


def _hash(term: bytes) -> int:
    """Return a hash of 64 bits; collisions among a million terms are negligible."""
    return int.from_bytes(hashlib.blake2b(term, digest_size=8).digest(), "little")
