"""Postings as arrays that are read in place: those of stemmed fields and of phrases.

The files of Whoosh have the same postings, but need a lookup for each field, and
decoding. A query looks up a hundred terms. Here one binary search by the hash of a term
finds all its fields, and its postings are slices of arrays in memory.

Most phrases are located during the search. The names of glossary terms are searched
with every term, so their postings are computed when a segment is written, and stored in
a file of the segment.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.tokens import PhraseWords, phrase_words
from indexer.engines.whoosh.index.doc_values import LOCALES, joined, packed, unpacked
from indexer.engines.whoosh.index.segment_content import (
    EXACT,
    STEMMED,
    FieldPostings,
    Postings,
)
from indexer.model.arrays import Ids
from indexer.model.ids import Kind, Locale
from indexer.model.indexed_record import IndexedRecord

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


PHRASES_EXTENSION = ".phrases"

EXACT_FIELDS = tuple(f"{EXACT}_{locale}" for locale in LOCALES)
"""The fields of exact words."""

MUCH_MORE = 16
"""From this ratio, the postings of a word are decoded for the candidates only."""

Positions = NDArray[np.int64]
"""Positions of a word, rising: document * 2 ** 32 + position in the document."""

NO_POSITIONS: Positions = np.empty(0, np.int64)


LocatedPhrases = Mapping[tuple[str, PhraseWords], Postings]
"""The postings of phrases, by field and words."""


def phrases_of(records: Iterable[IndexedRecord]) -> set[PhraseWords]:
    """Return the names of glossary terms that have several words."""
    names = (
        name
        for record in records
        if record.id.kind is Kind.TERM
        for edition in record.editions
        for name in (edition.title, *edition.names)
    )
    return {words for words in map(phrase_words, names) if len(words) > 1}


def positions_in_sequence(
    counts: Sequence[int], positions_of: Callable[[int, Ids | None], Positions]
) -> Postings:
    """Return the documents in which words are consecutive.

    Args:
        counts: the number of documents that contain each word.
        positions_of: returns the positions of a word, by its index in the phrase;
            given some documents, at least the positions in them.
    """
    starts: Positions | None = None
    # The rarest word comes first, so that there are few candidates for the others.
    order = sorted(range(len(counts)), key=counts.__getitem__) if all(counts) else ()
    for word in order:
        among = None
        if starts is not None and len(starts) * MUCH_MORE < counts[word]:
            among = np.unique(starts >> 32).astype(np.int32)
        positions = positions_of(word, among) - word
        starts = positions if starts is None else _intersection(starts, positions)
        if not len(starts):
            break
    if starts is None:
        starts = NO_POSITIONS
    documents, frequencies = np.unique(starts >> 32, return_counts=True)
    return Postings(documents.astype(np.int32), frequencies.astype(np.uint32))


def _intersection(few: Positions, many: Positions) -> Positions:
    """Return the positions in both lists, which rise."""
    if not len(many):
        return NO_POSITIONS
    indices = np.searchsorted(many, few)
    indices[indices == len(many)] = 0
    shared: Positions = few[many[indices] == few]
    return shared


def located_phrases(
    fields: Mapping[str, FieldPostings], phrases: Collection[PhraseWords]
) -> LocatedPhrases:
    """Locate phrases in the exact fields of a segment, if it has all their words."""
    located: dict[tuple[str, PhraseWords], Postings] = {}
    for field in EXACT_FIELDS:
        if field in fields:
            exact = _ExactField(fields[field])
            located |= {
                (field, words): exact.find(words)
                for words in phrases
                if exact.has_all(words)
            }
    return located


@dataclass(frozen=True, slots=True)
class StoredPhrases:
    """The postings of the phrases that were located when a segment was written.

    A phrase is a row if the segment has all its words, even where no document has them
    side by side. Rows are read in place, since ten thousand records have 47,000 of
    them in each segment.

    Attributes:
        hashes: the hash of the field and the words of each row; they rise.
        starts: the first posting of each row.
        counts: the number of postings of each row.
        documents: the document of each posting.
        frequencies: the frequency of each posting, in the smallest integer type.
        names: the words of all phrases in UTF-8, a line each.
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    documents: Ids
    frequencies: NDArray[np.unsignedinteger]
    names: NDArray[np.uint8]

    @classmethod
    def of(cls, located: LocatedPhrases) -> StoredPhrases:
        """Make the rows of located phrases."""
        postings = list(located.values())
        hashes = np.array([_phrase_hash(*key) for key in located], np.uint64)
        counts = np.array([*map(len, postings)], np.uint32)
        frequencies = joined([each.frequencies for each in postings], np.uint32)
        names = dict.fromkeys(" ".join(words) for _, words in located)
        order = np.argsort(hashes, kind="stable")
        return cls(
            hashes[order],
            (np.cumsum(counts, dtype=np.uint32) - counts)[order],
            counts[order],
            joined([each.documents for each in postings], np.int32),
            frequencies.astype(np.min_scalar_type(frequencies.max(initial=0))),
            np.frombuffer("\n".join(names).encode("utf-8"), np.uint8),
        )

    def to_bytes(self) -> bytes:
        """Return the content of a file of the phrases."""
        return packed({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_bytes(cls, content: bytes) -> StoredPhrases:
        """Read the content of a file made by `to_bytes`, without a copy.

        Raises:
            ValueError, TypeError: `to_bytes` did not make the content.
        """
        return cls(**unpacked(content))

    def find(self, field: str, words: PhraseWords) -> Postings | None:
        """Return the postings of a phrase in a field; None when they are not stored."""
        wanted = np.uint64(_phrase_hash(field, words))
        row = int(self.hashes.searchsorted(wanted))
        if row == len(self.hashes) or self.hashes[row] != wanted:
            return None
        start = int(self.starts[row])
        stop = start + int(self.counts[row])
        return Postings(self.documents[start:stop], self.frequencies[start:stop])

    def phrases(self) -> set[PhraseWords]:
        """Return the words of each phrase."""
        names = self.names.tobytes().decode("utf-8")
        return {tuple(name.split(" ")) for name in names.split("\n") if name}


def _phrase_hash(field: str, words: PhraseWords) -> int:
    return _hash(" ".join((field, *words)).encode("utf-8"))


class _ExactField:
    """The words and positions of a field, before it is written."""

    def __init__(self, postings: FieldPostings) -> None:
        self._postings = postings
        self._starts = postings.starts.tolist()
        self._offsets = np.append(0, np.cumsum(postings.frequencies, dtype=np.int64))
        self._words = {term.decode("utf-8") for term in postings.terms}

    def has_all(self, words: PhraseWords) -> bool:
        """Return whether the field has each of some words."""
        return self._words.issuperset(words)

    def find(self, words: PhraseWords) -> Postings:
        ranks = [self._rank(word.encode("utf-8")) for word in words]
        counts = [
            0 if rank < 0 else self._starts[rank + 1] - self._starts[rank]
            for rank in ranks
        ]
        return positions_in_sequence(
            counts, lambda word, _: self._positions(ranks[word])
        )

    def _rank(self, word: bytes) -> int:
        terms = self._postings.terms
        rank = bisect_left(terms, word)
        return rank if rank < len(terms) and terms[rank] == word else -1

    def _positions(self, rank: int) -> Positions:
        span = slice(self._starts[rank], self._starts[rank + 1])
        postings = self._postings
        documents = np.repeat(
            postings.documents[span].astype(np.int64), postings.frequencies[span]
        )
        positions = postings.positions
        first, last = self._offsets[span.start], self._offsets[span.stop]
        within = NO_POSITIONS if positions is None else positions[first:last]
        return (documents << 32) + within
