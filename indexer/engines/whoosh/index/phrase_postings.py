"""The postings of phrases.

Most phrases are located during the search. The names of glossary terms are searched
with every term, so their postings are computed when a segment is written, and stored in
a file of the segment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.index.array_file import joined, packed, unpacked
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.index.segment_content import FieldPostings
from indexer.model.arrays import Ids
from indexer.model.ids import Kind
from indexer.model.indexed_record import IndexedRecord

PHRASES_EXTENSION = ".phrases"

EXACT_FIELDS = tuple(f"{EXACT}_{locale}" for locale in LOCALES)
"""The fields of exact words."""

MUCH_MORE = 16
"""From this ratio, the postings of a word are decoded for the candidates only."""

PhraseWords = tuple[str, ...]
Positions = NDArray[np.int64]
"""Positions of a word, rising: document * 2 ** 32 + position in the document."""

PhraseHits = tuple[Ids, NDArray[np.unsignedinteger]]
"""The documents that contain a phrase, rising, and its frequency in each."""

NO_POSITIONS: Positions = np.empty(0, np.int64)


def phrase_words(text: str) -> PhraseWords:
    """Return the words of a phrase as the index has them.

    Elided articles are removed; a compound is its parts, then the whole.
    """
    return tuple(fold(token.text) for token in tokenize(text))


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
) -> PhraseHits:
    """Return the documents in which words are consecutive.

    Args:
        counts: the number of documents that contain each word.
        positions_of: returns the positions of a word, by its index in the phrase;
            given some documents, at least the positions in these.
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
    return documents.astype(np.int32), frequencies.astype(np.uint32)


def _intersection(few: Positions, many: Positions) -> Positions:
    """Return the positions in both lists, which rise."""
    if not len(many):
        return NO_POSITIONS
    indices = np.searchsorted(many, few)
    indices[indices == len(many)] = 0
    shared: Positions = few[many[indices] == few]
    return shared


class StoredPhrases:
    """The postings of the phrases of a segment that were computed when it was written.

    Phrases that no document contains are included.
    """

    def __init__(self, hits: Mapping[tuple[str, PhraseWords], PhraseHits]) -> None:
        self._hits = hits

    @classmethod
    def of(
        cls, fields: Mapping[str, FieldPostings], phrases: Collection[PhraseWords]
    ) -> StoredPhrases:
        """Compute the postings of phrases in the fields of a segment."""
        hits: dict[tuple[str, PhraseWords], PhraseHits] = {}
        for field in EXACT_FIELDS:
            if field in fields:
                exact = _ExactField(fields[field])
                hits |= {(field, words): exact.find(words) for words in phrases}
        return cls(hits)

    @property
    def phrases(self) -> set[PhraseWords]:
        """All phrases."""
        return {words for _, words in self._hits}

    def find(self, field: str, words: PhraseWords) -> PhraseHits | None:
        """Return the postings of a phrase; None when they were not computed."""
        return self._hits.get((field, words))

    def to_bytes(self) -> bytes:
        """Return the content of a file of these phrases."""
        keys = "\n".join(" ".join((field, *words)) for field, words in self._hits)
        documents = [each for each, _ in self._hits.values()]
        times = joined([each for _, each in self._hits.values()], np.uint32)
        return packed(
            {
                "keys": np.frombuffer(keys.encode("utf-8"), np.uint8),
                "counts": np.array([*map(len, documents)], np.uint32),
                "documents": joined(documents, np.int32),
                "times": times.astype(np.min_scalar_type(times.max(initial=0))),
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> StoredPhrases:
        """Read the content of a file made by `to_bytes`, without a copy.

        Raises:
            ValueError, TypeError, KeyError: `to_bytes` did not make the content.
        """
        arrays = unpacked(content)
        hits: dict[tuple[str, PhraseWords], PhraseHits] = {}
        stops = np.cumsum(arrays["counts"]).tolist()
        keys = arrays["keys"].tobytes().decode("utf-8").split("\n") if stops else []
        start = 0
        for key, stop in zip(keys, stops, strict=True):
            field, *words = key.split(" ")
            span = slice(start, stop)
            hits[field, tuple(words)] = (
                arrays["documents"][span],
                arrays["times"][span],
            )
            start = stop
        return cls(hits)


class _ExactField:
    """The words and positions of a field, before it is written."""

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
