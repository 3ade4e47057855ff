"""The postings of phrases.

Most phrases are located during the search. The names of glossary terms are searched
with every term, so their postings are computed when a segment is written, and stored in
a file of the segment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.index.array_file import joined, packed, unpacked
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.index.segment_content import FieldPostings, Postings
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

NO_POSITIONS: Positions = np.empty(0, np.int64)


StoredPhrases = Mapping[tuple[str, PhraseWords], Postings]
"""The postings of phrases that were located when a segment was written, by field and
words. Phrases that no document contains are included."""


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
) -> StoredPhrases:
    """Locate phrases in the exact fields of a segment."""
    located: dict[tuple[str, PhraseWords], Postings] = {}
    for field in EXACT_FIELDS:
        if field in fields:
            exact = _ExactField(fields[field])
            located |= {(field, words): exact.find(words) for words in phrases}
    return located


def packed_phrases(stored: StoredPhrases) -> bytes:
    """Return the content of a file of phrases."""
    keys = "\n".join(" ".join((field, *words)) for field, words in stored)
    postings = stored.values()
    times = joined([each.frequencies for each in postings], np.uint32)
    return packed(
        {
            "keys": np.frombuffer(keys.encode("utf-8"), np.uint8),
            "counts": np.array([*map(len, postings)], np.uint32),
            "documents": joined([each.documents for each in postings], np.int32),
            "times": times.astype(np.min_scalar_type(times.max(initial=0))),
        }
    )


def unpacked_phrases(content: bytes) -> StoredPhrases:
    """Read the content of a file made by `packed_phrases`, without a copy.

    Raises:
        ValueError, TypeError, KeyError: `packed_phrases` did not make the content.
    """
    arrays = unpacked(content)
    bounds = [0, *np.cumsum(arrays["counts"]).tolist()]
    keys = arrays["keys"].tobytes().decode("utf-8").split("\n") if bounds[1:] else []
    stored = {}
    for key, (start, stop) in zip(keys, pairwise(bounds), strict=True):
        field, *words = key.split(" ")
        stored[field, tuple(words)] = Postings(
            arrays["documents"][start:stop], arrays["times"][start:stop]
        )
    return stored


class _ExactField:
    """The words and positions of a field, before it is written."""

    def __init__(self, postings: FieldPostings) -> None:
        self._postings = postings
        self._starts = postings.starts.tolist()
        self._offsets = np.append(0, np.cumsum(postings.frequencies, dtype=np.int64))

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
