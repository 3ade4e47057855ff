"""Where words follow one another.

Of most phrases it is found as they are asked. The names of the glossary are asked each
time that a term is: where they stand in a segment is found when it is written, and
kept in a file of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.index.array_file import packed, unpacked
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.index.segment_content import FieldPostings, Numbers
from indexer.model.ids import Kind
from indexer.model.indexed_record import IndexedRecord

PHRASES_EXTENSION = ".phrases"

SPELT_FIELDS = tuple(f"{EXACT}_{locale}" for locale in LOCALES)
"""The fields of words as they are spelt."""

MUCH_MORE = 16
"""So many times as many documents are not decoded whole for the few that are left."""

PhraseWords = tuple[str, ...]
Positions = NDArray[np.int64]
"""Where a word stands, rising: a document, times 2 ** 32, and a place in it."""

PhraseHits = tuple[Numbers, NDArray[np.unsignedinteger]]
"""The documents that hold a phrase, rising, and how often each does."""

NO_POSITIONS: Positions = np.empty(0, np.int64)


def phrase_words(text: str) -> PhraseWords:
    """Give the words of a phrase as they stand in an index.

    Elided articles are gone from both; a compound stands in both as its parts, then as
    the whole.
    """
    return tuple(fold(token.text) for token in tokenize(text))


def phrases_of(records: Iterable[IndexedRecord]) -> set[PhraseWords]:
    """Give the names of several words that terms of the glossary have."""
    names = (
        name
        for record in records
        if record.id.kind is Kind.TERM
        for edition in record.editions
        for name in (edition.title, *edition.names)
    )
    return {words for words in map(phrase_words, names) if len(words) > 1}


def positions_in_sequence(
    counts: Sequence[int], places_of: Callable[[int, Numbers | None], Positions]
) -> PhraseHits:
    """Find where words follow one another.

    Args:
        counts: how many documents hold each word.
        places_of: gives where a word stands, by its number among them; where documents
            are given, at least in these.
    """
    starts: Positions | None = None
    # The rarest word first: what is left to look at only shrinks. Of a word that is
    # everywhere, only what stands in the documents that are left is asked for.
    order = sorted(range(len(counts)), key=counts.__getitem__) if all(counts) else ()
    for number in order:
        among = None
        if starts is not None and len(starts) * MUCH_MORE < counts[number]:
            among = np.unique(starts >> 32).astype(np.int32)
        places = places_of(number, among) - number
        starts = places if starts is None else _shared(starts, places)
        if not len(starts):
            break
    found = starts if starts is not None else NO_POSITIONS
    documents, times = np.unique(found >> 32, return_counts=True)
    return documents.astype(np.int32), times.astype(np.uint32)


def _shared(few: Positions, many: Positions) -> Positions:
    """Give the numbers that stand in both lists, which rise."""
    if not len(many):
        return NO_POSITIONS
    where = np.searchsorted(many, few)
    where[where == len(many)] = 0
    shared: Positions = few[many[where] == few]
    return shared


class StoredPhrases:
    """Phrases that were looked for when a segment was written, and who holds them."""

    def __init__(self, held: Mapping[tuple[str, PhraseWords], PhraseHits]) -> None:
        self._held = held

    @classmethod
    def of(
        cls, fields: Mapping[str, FieldPostings], phrases: Collection[PhraseWords]
    ) -> StoredPhrases:
        """Look for phrases in the fields of a segment; those of none are kept too."""
        held: dict[tuple[str, PhraseWords], PhraseHits] = {}
        for field in SPELT_FIELDS:
            if field in fields:
                spelt = _Spelt(fields[field])
                held |= {(field, words): spelt.find(words) for words in phrases}
        return cls(held)

    @property
    def phrases(self) -> set[PhraseWords]:
        """All that were looked for."""
        return {words for _, words in self._held}

    def find(self, field: str, words: PhraseWords) -> PhraseHits | None:
        """Give who holds a phrase; None where it was not looked for."""
        return self._held.get((field, words))

    def to_bytes(self) -> bytes:
        """Give the content of a file of these."""
        keys = "\n".join(" ".join((field, *words)) for field, words in self._held)
        documents = [each for each, _ in self._held.values()]
        times = _joined([each for _, each in self._held.values()], np.uint32)
        return packed(
            {
                "keys": np.frombuffer(keys.encode("utf-8"), np.uint8),
                "counts": np.array([*map(len, documents)], np.uint32),
                "documents": _joined(documents, np.int32),
                "times": times.astype(np.min_scalar_type(times.max(initial=0))),
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> StoredPhrases:
        """Read what `to_bytes` gave, the postings without a copy.

        Raises:
            ValueError, TypeError, KeyError: it is something else.
        """
        arrays = unpacked(content)
        held: dict[tuple[str, PhraseWords], PhraseHits] = {}
        stops = np.cumsum(arrays["counts"]).tolist()
        keys = arrays["keys"].tobytes().decode("utf-8").split("\n") if stops else []
        start = 0
        for key, stop in zip(keys, stops, strict=True):
            field, *words = key.split(" ")
            place = slice(start, stop)
            held[field, tuple(words)] = (
                arrays["documents"][place],
                arrays["times"][place],
            )
            start = stop
        return cls(held)


class _Spelt:
    """The words of a field and where they stand, before it is written."""

    def __init__(self, postings: FieldPostings) -> None:
        self._postings = postings
        self._starts = postings.starts.tolist()
        self._offsets = np.append(0, np.cumsum(postings.frequencies, dtype=np.int64))

    def find(self, words: PhraseWords) -> PhraseHits:
        ranks = [self._rank(word.encode("utf-8")) for word in words]
        counts = [
            0 if rank < 0 else self._starts[rank + 1] - self._starts[rank]
            for rank in ranks
        ]
        return positions_in_sequence(
            counts, lambda number, _: self._places(ranks[number])
        )

    def _rank(self, word: bytes) -> int:
        terms = self._postings.terms
        rank = bisect_left(terms, word)
        return rank if rank < len(terms) and terms[rank] == word else -1

    def _places(self, rank: int) -> Positions:
        span = slice(self._starts[rank], self._starts[rank + 1])
        held = self._postings
        holders = np.repeat(
            held.documents[span].astype(np.int64), held.frequencies[span]
        )
        positions = held.positions if held.positions is not None else NO_POSITIONS
        first, last = self._offsets[span.start], self._offsets[span.stop]
        return (holders << 32) + positions[first:last]


def _joined(parts: Sequence[NDArray[np.integer]], dtype: type) -> NDArray[np.integer]:
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype, copy=False)
