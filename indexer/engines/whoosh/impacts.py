"""What a term is worth in each record and in each passage that holds it.

Within a record, fields are weighed and counted together before the score is taken
(BM25F: Robertson, Zaragoza and Taylor, 2004, "Simple BM25 extension to multiple
weighted fields"; the idf is Lucene's), so that a word of the title that stands in the
text too is not taken for two. What a term is worth does not depend on the query: it is
computed once, and kept.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.postings import Postings
from indexer.engines.whoosh.schema import EXACT
from indexer.engines.whoosh.snapshot import LOCALES, Snapshot
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

MAX_CACHED = 20_000_000
"""Of entries, each of 8 bytes."""

Numbers = NDArray[np.int32]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Impact:
    """The records (numbers, rising) and passages that hold a term, with its scores."""

    records: Numbers
    record_scores: Scores
    passages: Numbers
    passage_scores: Scores

    def __len__(self) -> int:
        return len(self.records) + len(self.passages)


NO_IMPACT = Impact(
    np.empty(0, np.int32),
    np.empty(0, np.float32),
    np.empty(0, np.int32),
    np.empty(0, np.float32),
)

_Counted = tuple[float, Postings]
"""Postings of a field, and the weight of this field."""


class Impacts:
    """Computes and keeps the impacts of terms, by language; safe among threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._cache: OrderedDict[tuple[object, ...], Impact] = OrderedDict()
        self._cached = 0
        self._lock = threading.Lock()
        self._lengths: dict[tuple[Locale, bool, bool], tuple[Scores, Scores]] = {}

    def word(
        self, forms: tuple[str, ...], locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of a word of one language, by its forms."""
        key = ("word", forms, locale, is_title_only)
        found = self._kept(key)
        if found is None:
            fields = ("title",) if is_title_only else tuple(FIELD_WEIGHTS)
            postings = self._snapshot.postings
            counted = (
                (FIELD_WEIGHTS[field], postings.union(f"{field}_{locale}", forms))
                for field in fields
            )
            found = self._keep(
                key, self._impact(counted, locale, is_title_only=is_title_only)
            )
        return found

    def exact(
        self, words: tuple[str, ...], locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of words that follow one another, as they are spelt."""
        key = ("exact", words, locale, is_title_only)
        found = self._kept(key)
        if found is None:
            name = _exact_field(locale, is_title_only=is_title_only)
            postings = self._snapshot.postings
            held = (
                postings.phrase(name, words)
                if len(words) > 1
                else postings.of(name, *words)
            )
            found = self._keep(
                key,
                self._exact_impact(
                    held, locale, len(words), is_title_only=is_title_only
                ),
            )
        return found

    def prefix(
        self, beginning: str, locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of all words that begin so, taken as one."""
        key = ("prefix", beginning, locale, is_title_only)
        found = self._kept(key)
        if found is None:
            name = _exact_field(locale, is_title_only=is_title_only)
            postings = self._snapshot.postings
            held = postings.union(name, postings.beginning_with(name, beginning))
            found = self._keep(
                key, self._exact_impact(held, locale, 1, is_title_only=is_title_only)
            )
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
        weight = np.float32(EXACT_WEIGHT * words)
        return Impact(
            impact.records,
            impact.record_scores * weight,
            impact.passages,
            impact.passage_scores * weight,
        )

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
        documents = np.concatenate([each.documents for _, each in held])
        weights = np.concatenate([w * each.frequencies for w, each in held])
        records, in_records = _summed(
            snapshot.record_of[documents], weights, snapshot.record_count
        )
        is_text = ~snapshot.is_head[documents]
        passages, in_passages = _summed(
            documents[is_text], weights[is_text], snapshot.document_count
        )
        total = self._counts[LOCALES.index(locale)]
        idf = math.log(1 + (total - len(records) + 0.5) / (len(records) + 0.5))
        lengths, passage_lengths = self._lengths_of(
            locale, is_title_only=is_title_only, is_exact=is_exact
        )
        return Impact(
            records,
            idf * _saturated(in_records, lengths[records]),
            passages,
            idf * _saturated(in_passages, passage_lengths[passages]),
        )

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """How many records stand in each language."""
        snapshot = self._snapshot
        return tuple(
            len(np.unique(snapshot.record_of[snapshot.is_head & of_locale]))
            for of_locale in (snapshot.locale_of == n for n in range(len(LOCALES)))
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
            of_passage = np.where(snapshot.is_head, 0, of_document)
            self._lengths[key] = (_relative(of_record), _relative(of_passage))
        return self._lengths[key]

    def _kept(self, key: tuple[object, ...]) -> Impact | None:
        with self._lock:
            found = self._cache.get(key)
            if found is not None:
                self._cache.move_to_end(key)
            return found

    def _keep(self, key: tuple[object, ...], impact: Impact) -> Impact:
        with self._lock:
            if key not in self._cache:
                self._cache[key] = impact
                self._cached += len(impact)
                while self._cached > MAX_CACHED:
                    self._cached -= len(self._cache.popitem(last=False)[1])
        return impact


def _exact_field(locale: Locale, *, is_title_only: bool) -> str:
    return f"{EXACT}_title_{locale}" if is_title_only else f"{EXACT}_{locale}"


def _relative(lengths: Scores) -> Scores:
    used = lengths[lengths > 0]
    mean = float(used.mean()) if len(used) else 1.0
    relative: Scores = np.maximum(lengths / mean, SHORTEST).astype(np.float32)
    return relative


def _saturated(frequencies: Scores, lengths: Scores) -> Scores:
    norms = K1 * (1 - B + B * lengths)
    found: Scores = (frequencies * (K1 + 1) / (frequencies + norms)).astype(np.float32)
    return found


def _summed(numbers: Numbers, weights: Scores, size: int) -> tuple[Numbers, Scores]:
    """Add up the weights of each number; give the numbers, rising."""
    sums = np.bincount(numbers, weights, size)
    found = np.flatnonzero(sums).astype(np.int32)
    return found, sums[found].astype(np.float32)
