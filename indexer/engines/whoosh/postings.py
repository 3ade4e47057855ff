"""The postings of terms, decoded from Whoosh once into arrays and kept in a cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching import ReadTooFar
from whoosh.reading import IndexReader, TermNotFound

MAX_CACHED_POSTINGS = 20_000_000
MAX_EXPANSIONS = 200

Documents = NDArray[np.int32]
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that hold a term (numbers, rising), and how often each does."""

    documents: Documents
    frequencies: Weights

    def __len__(self) -> int:
        return len(self.documents)


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


class PostingsReader:
    """Reads postings, positions and lengths from an open index; safe among threads."""

    def __init__(self, reader: IndexReader, alive: NDArray[np.bool_]) -> None:
        self._reader = reader
        self._alive = alive
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._cached = 0
        self._lengths: dict[str, Weights] = {}

    def of(self, field: str, text: str) -> Postings:
        """Give the postings of one term."""
        key = (field, text)
        with self._lock:
            found = self._cache.get(key)
            if found is not None:
                self._cache.move_to_end(key)
                return found
            found = self._decode(field, text)
            self._cache[key] = found
            self._cached += len(found)
            while self._cached > MAX_CACHED_POSTINGS:
                self._cached -= len(self._cache.popitem(last=False)[1])
            return found

    def union(self, field: str, texts: Iterable[str]) -> Postings:
        """Give the postings of several terms taken as one.

        A document counts the best of them, so that two forms of a word at one place
        are not counted twice.
        """
        found = [postings for text in texts if len(postings := self.of(field, text))]
        if len(found) < 2:
            return found[0] if found else NO_POSTINGS
        documents = np.concatenate([postings.documents for postings in found])
        frequencies = np.concatenate([postings.frequencies for postings in found])
        merged, places = np.unique(documents, return_inverse=True)
        best = np.zeros(len(merged), np.float32)
        np.maximum.at(best, places, frequencies)
        return Postings(merged.astype(np.int32), best)

    def beginning_with(
        self, field: str, prefix: str, *, limit: int | None = MAX_EXPANSIONS
    ) -> tuple[str, ...]:
        """Give the terms of a field that begin so, no more than a limit."""
        found: list[str] = []
        with self._lock:
            for text in self._reader.expand_prefix(field, prefix):
                found.append(text.decode("utf-8"))
                if len(found) == limit:
                    break
        return tuple(found)

    def phrase(self, field: str, texts: tuple[str, ...]) -> Postings:
        """Give the documents where terms follow one another, and how often."""
        places = [self._positions(field, text) for text in texts]
        shared = set(places[0]).intersection(*places[1:]) if places else set()
        documents, frequencies = [], []
        for document in sorted(shared):
            starts = places[0][document]
            for offset, later in enumerate(places[1:], start=1):
                starts = starts & {place - offset for place in later[document]}
            if starts:
                documents.append(document)
                frequencies.append(len(starts))
        return Postings(
            np.array(documents, np.int32), np.array(frequencies, np.float32)
        )

    def lengths(self, field: str) -> Weights:
        """Give the length of a field, in terms, for every document."""
        with self._lock:
            if field not in self._lengths:
                length = self._reader.doc_field_length
                self._lengths[field] = np.fromiter(
                    (length(number, field) or 0 for number in range(len(self._alive))),
                    np.float32,
                    len(self._alive),
                )
            return self._lengths[field]

    def _matcher(self, field: str, text: str) -> Any:
        try:
            return self._reader.postings(field, text)
        except TermNotFound:
            return None

    def _decode(self, field: str, text: str) -> Postings:
        matcher = self._matcher(field, text)
        if matcher is None:
            return NO_POSTINGS
        documents, frequencies = [], []
        while matcher.is_active():
            documents.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        numbers = np.array(documents, np.int32)
        kept = self._alive[numbers]
        return Postings(numbers[kept], np.array(frequencies, np.float32)[kept])

    def _positions(self, field: str, text: str) -> dict[int, set[int]]:
        with self._lock:
            matcher = self._matcher(field, text)
            return dict(_each_position(matcher, self._alive)) if matcher else {}


def _each_position(
    matcher: Any, alive: NDArray[np.bool_]
) -> Iterator[tuple[int, set[int]]]:
    while matcher.is_active():
        document = matcher.id()
        if alive[document]:
            yield document, set(matcher.value_as("positions"))
        try:
            matcher.next()
        except ReadTooFar:
            return
