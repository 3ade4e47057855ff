"""The postings of the fields of stems of a segment, as arrays that are read in place.

Whoosh has the same postings in its own files. To read a term there is to look up each
field by itself, and to decode what is found; most words of a query stand in few fields,
and a query looks up a hundred. Here all fields of a term are found at once, by a number
made of its text, and its postings are slices of what lies in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.array_file import packed, unpacked
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import STEMMED
from indexer.engines.whoosh.index.segment_content import FieldPostings
from indexer.model.ids import Locale

STEMS_EXTENSION = ".stems"

FIELDS = tuple(f"{name}_{locale}" for locale in LOCALES for name in STEMMED)
"""The fields of stems, by their number."""

_HASH_BYTES = 8

StemHits = tuple[str, NDArray[np.int32], NDArray[np.unsignedinteger]]
"""A field without its language, the documents where it holds a term (rising), and how
often each does."""


@dataclass(frozen=True, slots=True)
class StemPostings:
    """The postings of a segment: a row for each term of a field.

    `hashes` (rising, with repeats) name the term of each row, `fields` its field.
    The postings of a row are those from its number in `starts`, as many as in `counts`.
    """

    hashes: NDArray[np.uint64]
    fields: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.unsignedinteger]

    @classmethod
    def of(cls, fields: Mapping[str, FieldPostings]) -> StemPostings:
        """Gather the postings of the fields of stems; other fields are left out."""
        held = [(n, fields[name]) for n, name in enumerate(FIELDS) if name in fields]
        known: dict[bytes, int] = {}
        for _, postings in held:
            for term in postings.terms:
                if term not in known:
                    known[term] = _hash(term)
        hashes = _joined(
            (
                np.fromiter(map(known.__getitem__, each.terms), np.uint64)
                for _, each in held
            ),
            np.uint64,
        )
        counts = _joined((np.diff(each.starts) for _, each in held), np.uint32)
        numbers = np.repeat(
            np.array([number for number, _ in held], np.uint8),
            [len(each.terms) for _, each in held],
        )
        frequencies = _joined((each.frequencies for _, each in held), np.uint32)
        order = np.argsort(hashes, kind="stable")
        starts = np.cumsum(counts, dtype=np.uint32) - counts
        return cls(
            hashes[order],
            numbers[order],
            starts[order],
            counts[order],
            _joined((each.documents for _, each in held), np.int32),
            # A word stands a few times in a passage: one byte says how often.
            frequencies.astype(np.min_scalar_type(frequencies.max(initial=0))),
        )

    def to_bytes(self) -> bytes:
        """Give the content of a file of these."""
        return packed({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_bytes(cls, content: bytes) -> StemPostings:
        """Read what `to_bytes` gave, without a copy.

        Raises:
            ValueError, TypeError: it is something else.
        """
        return cls(**unpacked(content))

    def find(self, terms: Iterable[str], locale: Locale) -> Iterator[StemHits]:
        """Give what each field of a language holds of each of some terms."""
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
                    self.documents[start:stop],
                    self.frequencies[start:stop],
                )


def _hash(term: bytes) -> int:
    """Give a number for a term: of a million terms, two agree once in 10 ** 7 times."""
    return int.from_bytes(
        hashlib.blake2b(term, digest_size=_HASH_BYTES).digest(), "little"
    )


def _joined(parts: Iterable[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype, copy=False)
