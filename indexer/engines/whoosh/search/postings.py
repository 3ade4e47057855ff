"""The postings of terms over all segments.

Those of stems are read in place. Those with positions are decoded from the files of
Whoosh, once, and kept in a cache.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice

import numpy as np

from indexer.engines.whoosh.cache import SizedCache
from indexer.engines.whoosh.index.phrase_postings import (
    Positions,
    positions_in_sequence,
)
from indexer.engines.whoosh.search.fuzzy_words import NearWords
from indexer.engines.whoosh.search.score_lists import Mask, highest
from indexer.engines.whoosh.search.segment_reader import (
    NO_POSTINGS,
    Documents,
    IndexSegment,
    OpenSegments,
    Postings,
    Weights,
)
from indexer.model.ids import Locale

MAX_CACHED = 1_000_000
MAX_PLACES_CACHED = 1_000_000
"""Of postings, and of places of the words of phrases: each takes 8 bytes."""

MAX_EXPANSIONS = 200

PostingsCache = SizedCache[tuple[str, str, str], Postings]
PlacesCache = SizedCache[tuple[str, str, str], Positions]

Kept = tuple[PostingsCache, PlacesCache]
"""What was read so far, by segment, field and term."""


class PostingsReader:
    """Reads postings, places and lengths from open segments; safe among threads.

    Documents go by their number over all segments. What a segment gives does not
    change with a generation: its postings are kept for the next one.
    """

    def __init__(self, opened: OpenSegments, kept: Kept | None = None) -> None:
        self.segments = opened.segments
        sizes = [segment.size for segment in opened.segments]
        self.bases = tuple(int(base) for base in np.cumsum([0, *sizes]))
        self._alive = tuple(None if mask.all() else mask for mask in opened.alive)
        self._cache, self._places = kept or (
            SizedCache(MAX_CACHED),
            SizedCache(MAX_PLACES_CACHED),
        )
        self._lengths: dict[str, Weights] = {}

    @property
    def kept(self) -> Kept:
        """What was read so far: a reader of the next generation takes it over."""
        return self._cache, self._places

    def of(self, field: str, *texts: str) -> Postings:
        """Give the postings of a term, or of several terms taken as one.

        A document counts the best of them, so that two forms of a word at one place
        are not counted twice.
        """
        found = []
        for segment, base, alive in zip(
            self.segments, self.bases, self._alive, strict=False
        ):
            for text in texts:
                held = self._of_segment(segment, field, text)
                if len(held):
                    found.append(_placed(held, base, alive))
        return _united(found, len(texts))

    def stems(
        self,
        forms: tuple[str, ...],
        locale: Locale,
        fields: Collection[str],
        among: Mask | None = None,
    ) -> Mapping[str, Postings]:
        """Give the postings of a word, by those of some fields that hold it.

        A document counts the best of the forms, as in `of`. `among` tells of each
        document whether it is wanted; of those that are deleted, none is.
        """
        found: defaultdict[str, list[Postings]] = defaultdict(list)
        for field, held in self.stems_apart(forms, locale, fields, among):
            found[field].append(held)
        return {field: _united(held, len(forms)) for field, held in found.items()}

    def stems_apart(
        self,
        forms: tuple[str, ...],
        locale: Locale,
        fields: Collection[str],
        among: Mask | None = None,
    ) -> Iterator[tuple[str, Postings]]:
        """Give the postings of a word by field: each form and each segment apart."""
        for segment, base, alive in zip(
            self.segments, self.bases, self._alive, strict=False
        ):
            wanted = alive if among is None else among[base : base + segment.size]
            for field, documents, frequencies in segment.stems(forms, locale):
                if field in fields:
                    held = _placed(Postings(documents, frequencies), base, wanted)
                    if len(held.documents):
                        yield field, held

    def holders(
        self,
        forms: tuple[str, ...],
        locale: Locale,
        starts: Documents,
        ends: Documents,
    ) -> Mapping[str, set[int]]:
        """Give, for each field that holds a word, in which of some spans it does.

        A span is the documents from a start to before its end, none of them deleted;
        it goes by its place among the others.
        """
        found: defaultdict[str, set[int]] = defaultdict(set)
        bounds = np.concatenate([starts, ends])
        for segment, base in zip(self.segments, self.bases, strict=False):
            for field, documents, _ in segment.stems(forms, locale):
                before = documents.searchsorted(bounds - base)
                is_held = before[len(starts) :] > before[: len(starts)]
                found[field].update(np.flatnonzero(is_held).tolist())
        return found

    def holds(self, forms: tuple[str, ...], locale: Locale) -> bool:
        """Tell whether a document holds a word."""
        return any(
            alive is None or alive[documents].any()
            for segment, alive in zip(self.segments, self._alive, strict=True)
            for _, documents, _ in segment.stems(forms, locale)
        )

    def count(self, field: str, text: str) -> int:
        """Count the documents that hold a term, without reading which they are."""
        return sum(
            segment.count(field, text)
            if alive is None
            else len(_placed(self._of_segment(segment, field, text), 0, alive))
            for segment, alive in zip(self.segments, self._alive, strict=True)
        )

    def beginning_with(
        self, field: str, prefix: str, *, limit: int = MAX_EXPANSIONS
    ) -> tuple[str, ...]:
        """Give the terms of a field that begin so, in order, no more than a limit."""
        found = merge(
            *(segment.beginning_with(field, prefix) for segment in self.segments)
        )
        return tuple(islice((text for text, _ in groupby(found)), limit))

    @property
    def near_words(self) -> tuple[NearWords, ...]:
        """The words of each segment as they are spelt, to find those that are near.

        Some may stand in deleted documents only.
        """
        return tuple(segment.near_words for segment in self.segments)

    def phrase(self, field: str, texts: tuple[str, ...]) -> Postings:
        """Give the documents where terms follow one another, and how often."""
        found = []
        for segment, base, alive in zip(
            self.segments, self.bases, self._alive, strict=False
        ):
            held = self._phrase_in(segment, field, texts)
            if len(held):
                found.append(_placed(held, base, alive))
        return _united(found, 1)

    def lengths(self, field: str) -> Weights:
        """Give the length of a field, in terms, for every document."""
        if field not in self._lengths:
            each = [segment.lengths(field) for segment in self.segments]
            self._lengths[field] = np.concatenate(each or [np.empty(0, np.float32)])
        return self._lengths[field]

    def _of_segment(self, segment: IndexSegment, field: str, text: str) -> Postings:
        key = (segment.key, field, text)
        found = self._cache.get(key)
        if found is None:
            found = segment.postings(field, text)
            self._cache.put(key, found, len(found) + 1)
        return found

    def _places_in(
        self, segment: IndexSegment, field: str, text: str, among: Documents | None
    ) -> Positions:
        """Give where a term stands, at least in these documents."""
        key = (segment.key, field, text)
        found = self._places.get(key)
        if found is None:
            found = segment.places(field, text, among)
            if among is None:
                self._places.put(key, found, len(found) + 1)
        return found

    def _phrase_in(
        self, segment: IndexSegment, field: str, texts: tuple[str, ...]
    ) -> Postings:
        stored = segment.phrase(field, texts)
        if stored is not None:
            return stored
        counts = [segment.count(field, text) for text in texts]
        documents, times = positions_in_sequence(
            counts,
            lambda number, among: self._places_in(segment, field, texts[number], among),
        )
        return Postings(documents, times)


def _placed(held: Postings, base: int, wanted: Mask | None) -> Postings:
    """Number documents over all segments, and leave out those that are not wanted."""
    if wanted is not None:
        held = held.among(wanted)
    return Postings(held.documents + np.int32(base), held.frequencies) if base else held


def _united(found: list[Postings], texts: int) -> Postings:
    if len(found) < 2:
        return found[0] if found else NO_POSTINGS
    documents = np.concatenate([postings.documents for postings in found])
    frequencies = np.concatenate([postings.frequencies for postings in found])
    if texts == 1:
        return Postings(documents, frequencies)
    order = np.argsort(documents, kind="stable")
    documents, frequencies = documents[order], frequencies[order]
    best = highest(documents, frequencies)
    return Postings(best.numbers, best.scores)
