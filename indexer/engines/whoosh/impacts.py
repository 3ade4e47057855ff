"""What a term is worth in each record and in each passage that holds it.

Within a record, fields are weighed and counted together before the score is taken
(BM25F: Robertson, Zaragoza and Taylor, 2004, "Simple BM25 extension to multiple
weighted fields"; the idf is Lucene's), so that a word of the title that stands in the
text too is not taken for two. What a term is worth does not depend on the query: it is
computed once, and kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.engines.whoosh.cache import BoundedCache
from indexer.engines.whoosh.facts import LOCALES
from indexer.engines.whoosh.schema import EXACT
from indexer.engines.whoosh.scored import (
    NOTHING,
    Scored,
    Scores,
    Workspace,
    best_of,
    sum_of,
    summed,
)
from indexer.engines.whoosh.segment_reader import Postings
from indexer.engines.whoosh.snapshot import Snapshot
from indexer.model.ids import Locale

K1 = 1.5
B = 0.75
SHORTEST = 0.3
"""Of the mean length: what is shorter still gains nothing by it."""

HEAD_WEIGHTS = {"title": 3.0, "keywords": 2.0, "summary": 1.0}
TEXT_WEIGHTS = {"heading": 1.0, "text": 1.0}
FIELD_WEIGHTS = HEAD_WEIGHTS | TEXT_WEIGHTS

EXACT_WEIGHT = 1.5
"""A phrase or the beginning of a word says more than a word."""

MAX_CACHED = 6_000_000
"""Of entries, each of 8 bytes."""

MAX_WORDS_KNOWN = 50_000


@dataclass(frozen=True, slots=True)
class Impact:
    """The records and the passages that hold a term, with what it is worth there."""

    records: Scored
    passages: Scored

    def __len__(self) -> int:
        return len(self.records) + len(self.passages)

    def weighed(self, weight: float) -> Impact:
        """Give the same with its scores multiplied."""
        if weight == 1:
            return self
        return Impact(self.records.weighed(weight), self.passages.weighed(weight))


NO_IMPACT = Impact(NOTHING, NOTHING)

_Counted = tuple[float, Postings]
"""Postings of a field, and the weight of this field."""


class Impacts:
    """Computes and keeps the impacts of terms, by language; safe among threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.of_records = Workspace(snapshot.record_count)
        self.of_documents = Workspace(snapshot.document_count)
        self._cache: BoundedCache[Hashable, Impact] = BoundedCache(MAX_CACHED)
        self._held: BoundedCache[tuple[tuple[str, ...], Locale], bool] = BoundedCache(
            MAX_WORDS_KNOWN
        )
        self._lengths: dict[tuple[Locale, bool, bool], tuple[Scores, Scores]] = {}

    def kept(self, key: Hashable, make: Callable[[], Impact]) -> Impact:
        """Give what is kept under a key, made first when nothing is."""
        found = self._cache.get(key)
        if found is None:
            found = make()
            self._cache.put(key, found, len(found) + 1)
        return found

    def best_of(self, impacts: Sequence[Impact]) -> Impact:
        """Take several as one, which is worth what the best of them is worth."""
        held = [each for each in impacts if len(each)]
        if len(held) < 2:
            return held[0] if held else NO_IMPACT
        return Impact(
            best_of([each.records for each in held], self.of_records),
            best_of([each.passages for each in held], self.of_documents),
        )

    def word(
        self, forms: tuple[str, ...], locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of a word of one language, by its forms."""
        postings = self._snapshot.postings
        return self.kept(
            ("word", forms, locale, is_title_only),
            lambda: self._impact(
                (
                    (FIELD_WEIGHTS[field], held)
                    for field, held in postings.stems(forms, locale).items()
                    if field == "title" or not is_title_only
                ),
                locale,
                is_title_only=is_title_only,
            ),
        )

    def exact(
        self, words: tuple[str, ...], locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of words that follow one another, as they are spelt."""
        name = _exact_field(locale, is_title_only=is_title_only)
        postings = self._snapshot.postings

        def make() -> Impact:
            is_phrase = len(words) > 1
            held = (
                postings.phrase(name, words) if is_phrase else postings.of(name, *words)
            )
            return self._exact_impact(
                held, locale, len(words), is_title_only=is_title_only
            )

        return self.kept(("exact", words, locale, is_title_only), make)

    def prefix(
        self, beginning: str, locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of all words that begin so, taken as one."""
        name = _exact_field(locale, is_title_only=is_title_only)
        postings = self._snapshot.postings

        def make() -> Impact:
            held = postings.of(name, *postings.beginning_with(name, beginning))
            return self._exact_impact(held, locale, 1, is_title_only=is_title_only)

        return self.kept(("prefix", beginning, locale, is_title_only), make)

    def is_held(self, forms: tuple[str, ...], locale: Locale) -> bool:
        """Tell whether any record holds a word in an edition of a language."""
        found = self._held.get((forms, locale))
        if found is None:
            found = self._snapshot.postings.holds(forms, locale)
            self._held.put((forms, locale), found, 1)
        return found

    def count(self, forms: tuple[str, ...], locale: Locale) -> int:
        """Count the records that hold a word in an edition of a language."""
        return len(self.word(forms, locale).records)

    def _exact_impact(
        self, held: Postings, locale: Locale, words: int, *, is_title_only: bool
    ) -> Impact:
        impact = self._impact(
            ((1.0, held),), locale, is_title_only=is_title_only, is_exact=True
        )
        return impact.weighed(EXACT_WEIGHT * words)

    def _impact(
        self,
        counted: Iterable[_Counted],
        locale: Locale,
        *,
        is_title_only: bool,
        is_exact: bool = False,
    ) -> Impact:
        held = [(weight, each) for weight, each in counted if len(each)]
        if not held:
            return NO_IMPACT
        snapshot = self._snapshot
        of_records, of_passages = [], []
        for weight, postings in held:
            documents = postings.documents
            weights = np.multiply(
                postings.frequencies, np.float32(weight), dtype=np.float32
            )
            of_records.append(summed(snapshot.record_of[documents], weights))
            is_passage = ~snapshot.is_head[documents]
            if is_passage.any():
                of_passages.append(Scored(documents, weights).kept(is_passage))
        records = sum_of(of_records, 1, self.of_records)
        passages = sum_of(of_passages, 1, self.of_documents)
        total = self._counts[LOCALES.index(locale)]
        idf = math.log(1 + (total - len(records) + 0.5) / (len(records) + 0.5))
        lengths, passage_lengths = self._lengths_of(
            locale, is_title_only=is_title_only, is_exact=is_exact
        )
        return Impact(
            _saturated(records, lengths, idf),
            _saturated(passages, passage_lengths, idf),
        )

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """How many records stand in each language."""
        snapshot = self._snapshot
        is_head = snapshot.is_head & (snapshot.record_of >= 0)
        return tuple(
            int((is_head & (snapshot.locale_of == code)).sum())
            for code in range(len(LOCALES))
        )

    def _lengths_of(
        self, locale: Locale, *, is_title_only: bool, is_exact: bool
    ) -> tuple[Scores, Scores]:
        """Give the length of each record and of each document, over the mean of all."""
        key = (locale, is_title_only, is_exact)
        if key not in self._lengths:
            snapshot = self._snapshot
            if is_exact:
                fields = {_exact_field(locale, is_title_only=is_title_only): 1.0}
            else:
                names = ("title",) if is_title_only else tuple(FIELD_WEIGHTS)
                fields = {f"{name}_{locale}": FIELD_WEIGHTS[name] for name in names}
            of_document = np.zeros(snapshot.document_count, np.float32)
            for field, weight in fields.items():
                of_document += np.float32(weight) * snapshot.postings.lengths(field)
            alive = snapshot.record_of >= 0
            of_record = np.bincount(
                snapshot.record_of[alive], of_document[alive], snapshot.record_count
            ).astype(np.float32)
            of_passage = np.where(alive & ~snapshot.is_head, of_document, 0)
            self._lengths[key] = (_relative(of_record), _relative(of_passage))
        return self._lengths[key]


def _exact_field(locale: Locale, *, is_title_only: bool) -> str:
    return f"{EXACT}_title_{locale}" if is_title_only else f"{EXACT}_{locale}"


def _relative(lengths: Scores) -> Scores:
    used = lengths[lengths > 0]
    mean = float(used.mean()) if len(used) else 1.0
    relative: Scores = np.maximum(lengths / mean, SHORTEST).astype(np.float32)
    return relative


def _saturated(counted: Scored, lengths: Scores, idf: float) -> Scored:
    norms = K1 * (1 - B + B * lengths[counted.numbers])
    worth = counted.scores * (idf * (K1 + 1)) / (counted.scores + norms)
    return Scored(counted.numbers, worth.astype(np.float32))
