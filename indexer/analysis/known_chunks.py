"""The chunks of texts that were shown, by the terms that they contain.

A page of results looks for a few words in some twenty passages of two hundred chunks.
Nearly all chunks were seen in earlier passages, so sets find those with the words.
"""

import threading
from collections.abc import Set as AbstractSet

from indexer.analysis.analyzer import CHUNK_TERMS, is_stop_word, only_word, word_forms
from indexer.analysis.tokens import MAX_CACHED_LENGTH, fold
from indexer.model.ids import Locale

MAX_CHUNKS = 60_000
"""The number of chunks of a language that are stored; then they are forgotten."""

EXACT = "="
"""Marks an exact word in a set of keys that also contains forms."""

_Chunks = tuple[str, ...]


class KnownChunks:
    """The chunks of one language, by key; safe among threads.

    The keys of a chunk are the forms of its terms that are no stop words, and all its
    exact words after `EXACT`.
    """

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self._lock = threading.Lock()
        self._state: tuple[set[str], dict[str, _Chunks]] = set(), {}

    def with_keys(self, chunks: set[str], keys: AbstractSet[str]) -> set[str]:
        """Return the chunks that have one of some keys."""
        known, chunks_of = self._state
        if not known.issuperset(chunks):
            known, chunks_of = self._learn(chunks)
        found: set[str] = set()
        for key in keys:
            found.update(chunks.intersection(chunks_of.get(key, ())))
        if long := chunks - known:
            found.update(c for c in long if not self._keys(c).isdisjoint(keys))
        return found

    def _learn(self, chunks: set[str]) -> tuple[set[str], dict[str, _Chunks]]:
        """Store the new ones among some chunks; a long one does not occur twice."""
        with self._lock:
            known, chunks_of = self._state
            if len(known) + len(chunks) > MAX_CHUNKS:
                known, chunks_of = set(), {}
            new = {c for c in chunks - known if len(c) <= MAX_CACHED_LENGTH}
            for chunk in new:
                for key in self._keys(chunk):
                    chunks_of[key] = (*chunks_of.get(key, ()), chunk)
            known |= new
            self._state = known, chunks_of
            return known, chunks_of

    def _keys(self, chunk: str) -> frozenset[str]:
        word = only_word(chunk)
        if word is not None:
            is_common = is_stop_word(word, self._locale)
            forms = () if is_common else word_forms(word, self._locale)
            return frozenset((*forms, EXACT + fold(word)))
        terms = CHUNK_TERMS[self._locale][chunk]
        stems = (form for term in terms if not term.is_stop_word for form in term.forms)
        return frozenset((*stems, *(EXACT + term.exact for term in terms)))


KNOWN_CHUNKS = {locale: KnownChunks(locale) for locale in Locale}
"""The known chunks of each language."""
