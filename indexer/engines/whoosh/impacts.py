"""What a term is worth in each record and in each passage that holds it.

Within a record, fields are weighed and counted together before the score is taken
(BM25F: Robertson, Zaragoza and Taylor, 2004, "Simple BM25 extension to multiple
weighted fields"; the idf is Lucene's), so that a word of the title that stands in the
text too is not taken for two. What a term is worth does not depend on the query: it is
computed once, and kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
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
    total_of,
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


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a term is looked for: the fields of a language, or the titles alone."""

    locale: Locale
    is_title_only: bool = field(kw_only=True)
    is_exact: bool = field(kw_only=True, default=False)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of stems, without the language; or that of exact words."""
        if self.is_exact:
            name = f"{EXACT}_title" if self.is_title_only else EXACT
            return (f"{name}_{self.locale}",)
        return ("title",) if self.is_title_only else tuple(FIELD_WEIGHTS)


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
        self._norms: dict[_Where, tuple[Scores, Scores]] = {}

    def warm_up(self) -> None:
        """Measure the lengths now, which the first words would wait for."""
        for locale in LOCALES:
            for is_exact in (False, True):
                self._norms_of(_Where(locale, is_title_only=False, is_exact=is_exact))

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
        where = _Where(locale, is_title_only=is_title_only)

        def make() -> Impact:
            held = self._snapshot.postings.stems(forms, locale)
            counted = {
                field: _counted(held[field], FIELD_WEIGHTS[field])
                for field in where.fields
                if field in held
            }
            return self._impact(
                list(counted.values()),
                [each for field, each in counted.items() if field in TEXT_WEIGHTS],
                where,
            )

        return self.kept(("word", forms, where), make)

    def exact(
        self, words: tuple[str, ...], locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of words that follow one another, as they are spelt."""
        where = _Where(locale, is_title_only=is_title_only, is_exact=True)
        postings = self._snapshot.postings

        def make() -> Impact:
            (name,) = where.fields
            is_phrase = len(words) > 1
            held = (
                postings.phrase(name, words) if is_phrase else postings.of(name, *words)
            )
            return self._exact_impact(held, where, len(words))

        return self.kept(("exact", words, where), make)

    def prefix(
        self, beginning: str, locale: Locale, *, is_title_only: bool = False
    ) -> Impact:
        """Give the impact of all words that begin so, taken as one."""
        where = _Where(locale, is_title_only=is_title_only, is_exact=True)
        postings = self._snapshot.postings

        def make() -> Impact:
            (name,) = where.fields
            held = postings.of(name, *postings.beginning_with(name, beginning))
            return self._exact_impact(held, where, 1)

        return self.kept(("prefix", beginning, where), make)

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

    def _exact_impact(self, held: Postings, where: _Where, words: int) -> Impact:
        # Heads and passages stand in one field here.
        counted = _counted(held, 1.0)
        is_passage = ~self._snapshot.is_head.take(counted.numbers)
        impact = self._impact([counted], [counted.kept(is_passage)], where)
        return impact.weighed(EXACT_WEIGHT * words)

    def _impact(
        self, counted: Sequence[Scored], of_passages: Sequence[Scored], where: _Where
    ) -> Impact:
        """Score what is counted by document, in all and in passages."""
        if not any(map(len, counted)):
            return NO_IMPACT
        record_of = self._snapshot.record_of
        records = total_of(
            [Scored(record_of.take(each.numbers), each.scores) for each in counted],
            self.of_records,
        )
        passages = sum_of(of_passages, 1, self.of_documents)
        total = self._counts[LOCALES.index(where.locale)]
        idf = math.log(1 + (total - len(records) + 0.5) / (len(records) + 0.5))
        norms, passage_norms = self._norms_of(where)
        return Impact(
            _saturated(records, norms, idf), _saturated(passages, passage_norms, idf)
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

    def _norms_of(self, where: _Where) -> tuple[Scores, Scores]:
        """Give what the length of each record and of each document takes from a score.

        A length counts by what it is of the mean.
        """
        if where not in self._norms:
            snapshot = self._snapshot
            of_document = np.zeros(snapshot.document_count, np.float32)
            for field in where.fields:
                if where.is_exact:
                    of_document += snapshot.postings.lengths(field)
                else:
                    lengths = snapshot.postings.lengths(f"{field}_{where.locale}")
                    of_document += np.float32(FIELD_WEIGHTS[field]) * lengths
            alive = snapshot.record_of >= 0
            of_record = np.bincount(
                snapshot.record_of[alive], of_document[alive], snapshot.record_count
            ).astype(np.float32)
            of_passage = np.where(alive & ~snapshot.is_head, of_document, 0)
            self._norms[where] = (_norms(of_record), _norms(of_passage))
        return self._norms[where]


def _counted(held: Postings, weight: float) -> Scored:
    """Count how often each document holds a term, in a field of some weight."""
    return Scored(
        held.documents,
        np.multiply(held.frequencies, np.float32(weight), dtype=np.float32),
    )


def _norms(lengths: Scores) -> Scores:
    used = lengths[lengths > 0]
    mean = float(used.mean()) if len(used) else 1.0
    relative = np.maximum(lengths / mean, SHORTEST)
    norms: Scores = (K1 * (1 - B + B * relative)).astype(np.float32)
    return norms


def _saturated(counted: Scored, norms: Scores, idf: float) -> Scored:
    scores = counted.scores
    worth = scores / (scores + norms.take(counted.numbers))
    worth *= np.float32(idf * (K1 + 1))
    return Scored(counted.numbers, worth)
