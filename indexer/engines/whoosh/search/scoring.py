"""What a term is worth in each record and in each passage that holds it.

Within a record, fields are weighed and counted together before the score is taken
(BM25F: Robertson, Zaragoza and Taylor, 2004, "Simple BM25 extension to multiple
weighted fields"; the idf is Lucene's), so that a word of the title that stands in the
text too is not taken for two. What a term is worth does not depend on the query: it is
computed once, and kept.
"""

from __future__ import annotations

import enum
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.engines.whoosh.cache import SizedCache
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.search.score_lists import (
    DENSE,
    NOTHING,
    Mask,
    ScoredIds,
    Scores,
    Workspace,
    best_within,
    total_of,
    total_of_many,
    union_max,
    union_sum,
)
from indexer.engines.whoosh.search.segment_reader import Postings
from indexer.engines.whoosh.search.snapshot import Snapshot
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

MAX_CACHED = 5_000_000
MAX_TERMS_CACHED = 3_000_000
MAX_SPELT_CACHED = 500_000
"""Of records, and of documents that hold words as they are spelt, of 8 bytes each."""

ENTRY = 200
"""What an entry of a cache takes beside its numbers, as so many of them."""

MAX_WORDS_KNOWN = 50_000


class TermType(enum.Enum):
    """How the texts of a term are meant."""

    WORD = "word"
    """Forms of one word, as stems."""

    EXACT = "exact"
    """Words that follow one another, as they are spelt."""

    PREFIX = "prefix"
    """The beginning of words."""


@dataclass(frozen=True, slots=True)
class ScoredTerm:
    """What is looked for in the editions of one language."""

    type: TermType
    texts: tuple[str, ...]
    locale: Locale
    is_title_only: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of stems, without the language; or that of exact words."""
        if self.type is TermType.WORD:
            return ("title",) if self.is_title_only else tuple(FIELD_WEIGHTS)
        name = f"{EXACT}_title" if self.is_title_only else EXACT
        return (f"{name}_{self.locale}",)

    @property
    def weight(self) -> float:
        """What each of its words weighs beside a word that has forms."""
        return 1.0 if self.type is TermType.WORD else EXACT_WEIGHT * len(self.texts)


@dataclass(frozen=True, slots=True)
class _Impact:
    """The records that hold a term, what it is worth in each, and what it is at most.

    What it is worth rises with how often it stands there, towards `most`.
    """

    records: ScoredIds
    most: float


NO_IMPACT = _Impact(NOTHING, 0.0)


class TermScores:
    """Computes what terms are worth, and keeps it by record; safe among threads.

    What they are worth in passages would take far more room, and is asked for few.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        places = np.arange(snapshot.document_count, dtype=np.int32)
        self.of_records = Workspace(snapshot.record_count, places)
        self.of_documents = Workspace(snapshot.document_count, places)
        self._cache: SizedCache[Hashable, ScoredIds] = SizedCache(MAX_CACHED)
        self._terms: SizedCache[ScoredTerm, _Impact] = SizedCache(MAX_TERMS_CACHED)
        self._spelt: SizedCache[ScoredTerm, Postings] = SizedCache(MAX_SPELT_CACHED)
        self._held: SizedCache[tuple[tuple[str, ...], Locale], bool] = SizedCache(
            MAX_WORDS_KNOWN
        )
        self._norms: dict[tuple[bool, Locale, bool], Scores] = {}

    def warm_up(self) -> None:
        """Measure the lengths now, which the first words would wait for."""
        for locale in LOCALES:
            for kind in (TermType.WORD, TermType.EXACT):
                self._norms_of(ScoredTerm(kind, (), locale))
        _ = self._passage_norms

    def kept(self, key: Hashable, make: Callable[[], ScoredIds]) -> ScoredIds:
        """Give what is kept under a key, found first when nothing is."""
        found = self._cache.get(key)
        if found is None:
            found = make()
            self._cache.put(key, found, len(found) + ENTRY)
        return found

    def records(self, term: ScoredTerm) -> ScoredIds:
        """Give the records that hold a term, and what it is worth in each."""
        return self._impact(term).records

    def passages(
        self, weighed: Collection[tuple[ScoredTerm, float]], among: Mask
    ) -> ScoredIds:
        """Give the passages that hold some terms, and what the best is worth in each.

        Each term comes with a weight. `among` tells, of each document, whether it is
        looked at.
        """
        stems = [each for each in weighed if each[0].type is TermType.WORD]
        spelt = [each for each in weighed if each[0].type is not TermType.WORD]
        found = [
            self._best_passages(terms, kind, among)
            for terms, kind in ((stems, TermType.WORD), (spelt, TermType.EXACT))
            if terms
        ]
        return union_max(found, self.of_documents)

    def _best_passages(
        self, weighed: Collection[tuple[ScoredTerm, float]], kind: TermType, among: Mask
    ) -> ScoredIds:
        """Score the passages of all terms in one go: of each there may be few."""
        held: list[tuple[Postings, float]] = []
        worth: list[float] = []
        for term, weight in weighed:
            most = self._impact(term).most
            if most:
                found = self._in_passages(term, among)
                held += found
                worth += [most * weight] * len(found)
        if not held:
            return NOTHING
        counted = _joined(held)
        lengths = [len(each) for each, _ in held]
        most_of_each = np.repeat(np.array(worth, np.float32), lengths)
        scored = _saturated(counted, self._passage_norms[kind], most_of_each)
        return scored if len(held) == 1 else best_within(scored, self.of_documents)

    def _in_passages(
        self, term: ScoredTerm, among: Mask
    ) -> list[tuple[Postings, float]]:
        """Count how often passages hold a term, by field with its weight.

        No passage stands in two of the lists.
        """
        if term.type is not TermType.WORD:
            # Heads and passages stand in one field here.
            spelt = self._spelt_as(term).among(among).among(self._is_passage)
            return [(spelt, 1.0)] if len(spelt) else []
        texts = [each for each in term.fields if each in TEXT_WEIGHTS]
        by_field: defaultdict[str, list[Postings]] = defaultdict(list)
        for field, found in self._stems(term, texts, among):
            by_field[field].append(found)
        weighed = [
            (each, TEXT_WEIGHTS[field])
            for field, held in by_field.items()
            for each in held
        ]
        if len(by_field) < 2:
            return weighed
        parts = [_counted(held, weight) for held, weight in weighed]
        both = union_sum(parts, 1, self.of_documents)
        return [(Postings(both.numbers, both.scores), 1.0)]

    def is_held(self, forms: tuple[str, ...], locale: Locale) -> bool:
        """Tell whether any record holds a word in an edition of a language."""
        found = self._held.get((forms, locale))
        if found is None:
            found = self._snapshot.postings.holds(forms, locale)
            self._held.put((forms, locale), found, 1)
        return found

    def count(self, forms: tuple[str, ...], locale: Locale) -> int:
        """Count the records that hold a word in an edition of a language."""
        return len(self.records(ScoredTerm(TermType.WORD, forms, locale)))

    def _impact(self, term: ScoredTerm) -> _Impact:
        found = self._terms.get(term)
        if found is None:
            found = self._made(self._counted(term), term)
            self._terms.put(term, found, len(found.records) + ENTRY)
        return found

    def _counted(self, term: ScoredTerm) -> list[tuple[Postings, float]]:
        """Count how often each document holds a term, by field with its weight."""
        if term.type is not TermType.WORD:
            return [(self._spelt_as(term), 1.0)]
        found = self._stems(term, term.fields, None)
        return [(held, FIELD_WEIGHTS[field]) for field, held in found]

    def _stems(
        self, term: ScoredTerm, fields: Collection[str], among: Mask | None
    ) -> Iterable[tuple[str, Postings]]:
        """Give the postings of a word; in a field, none has a document of another."""
        postings = self._snapshot.postings
        if len(term.texts) > 1:
            return postings.stems(term.texts, term.locale, fields, among).items()
        # In no document is a form counted beside another: they need not be united.
        return postings.stems_apart(term.texts, term.locale, fields, among)

    def _spelt_as(self, term: ScoredTerm) -> Postings:
        """Give the postings of words as they are spelt, which take long to find."""
        found = self._spelt.get(term)
        if found is None:
            postings, (name,) = self._snapshot.postings, term.fields
            if term.type is TermType.PREFIX:
                begun = postings.beginning_with(name, *term.texts)
                found = postings.of(name, *begun)
            elif len(term.texts) > 1:
                found = postings.phrase(name, term.texts)
            else:
                found = postings.of(name, *term.texts)
            self._spelt.put(term, found, len(found) + ENTRY)
        return found

    def _made(
        self, counted: Sequence[tuple[Postings, float]], term: ScoredTerm
    ) -> _Impact:
        """Score what is counted by document, for each record as a whole."""
        records = self._by_record(counted)
        if not len(records):
            return NO_IMPACT
        total = self._counts[LOCALES.index(term.locale)]
        idf = math.log(1 + (total - len(records) + 0.5) / (len(records) + 0.5))
        norms = self._norms_of(term)
        most = float(idf * (K1 + 1) * term.weight)
        return _Impact(_saturated(records, norms, most), most)

    def _by_record(self, counted: Sequence[tuple[Postings, float]]) -> ScoredIds:
        record_of, count = self._snapshot.record_of, self._snapshot.record_count
        if sum(len(held) for held, _ in counted) * DENSE > count:
            joined = _joined(counted)
            return total_of_many(record_of.take(joined.numbers), joined.scores, count)
        parts = [_counted(held, weight) for held, weight in counted]
        return total_of(
            [ScoredIds(record_of.take(each.numbers), each.scores) for each in parts],
            self.of_records,
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

    def _norms_of(self, term: ScoredTerm) -> Scores:
        """Give what the length of each record takes from a score.

        A length counts by what it is of the mean.
        """
        key = (term.type is TermType.WORD, term.locale, term.is_title_only)
        if key not in self._norms:
            snapshot = self._snapshot
            alive = snapshot.record_of >= 0
            of_record = np.bincount(
                snapshot.record_of[alive],
                self._lengths(term)[alive],
                snapshot.record_count,
            )
            self._norms[key] = _norms(of_record.astype(np.float32))
        return self._norms[key]

    @cached_property
    def _passage_norms(self) -> Mapping[TermType, Scores]:
        """What the length of each passage takes from a score, beside those alike."""
        snapshot = self._snapshot
        is_passage = self._is_passage & (snapshot.record_of >= 0)
        found = {}
        for kind in (TermType.WORD, TermType.EXACT):
            norms = np.zeros(snapshot.document_count, np.float32)
            for code, locale in enumerate(LOCALES):
                lengths = self._lengths(ScoredTerm(kind, (), locale))
                is_alike = snapshot.locale_of == code
                norms[is_alike] = _norms(np.where(is_passage, lengths, 0))[is_alike]
            found[kind] = norms
        return found

    @cached_property
    def _is_passage(self) -> Mask:
        """Whether each document is a passage, and no head."""
        return ~self._snapshot.is_head

    def _lengths(self, term: ScoredTerm) -> Scores:
        """Give how long each document is, as a term of a kind and a language counts."""
        lengths = np.zeros(self._snapshot.document_count, np.float32)
        for field in term.fields:
            if term.type is TermType.WORD:
                held = self._snapshot.postings.lengths(f"{field}_{term.locale}")
                lengths += np.float32(FIELD_WEIGHTS[field]) * held
            else:
                lengths += self._snapshot.postings.lengths(field)
        return lengths


def _counted(held: Postings, weight: float) -> ScoredIds:
    """Count how often each document holds a term, in a field of some weight."""
    return ScoredIds(
        held.documents,
        np.multiply(held.frequencies, np.float32(weight), dtype=np.float32),
    )


def _joined(counted: Sequence[tuple[Postings, float]]) -> ScoredIds:
    """Count how often documents hold a term, one list after another."""
    documents = np.concatenate([held.documents for held, _ in counted])
    frequencies = np.concatenate([held.frequencies for held, _ in counted])
    weights = [weight for _, weight in counted]
    if set(weights) == {1.0}:
        return ScoredIds(documents, frequencies)
    lengths = [len(held) for held, _ in counted]
    weight_of_each = np.repeat(np.array(weights, np.float32), lengths)
    return ScoredIds(documents, frequencies * weight_of_each)


def _norms(lengths: Scores) -> Scores:
    used = lengths[lengths > 0]
    mean = float(used.mean()) if len(used) else 1.0
    relative = np.maximum(lengths / mean, SHORTEST)
    norms: Scores = (K1 * (1 - B + B * relative)).astype(np.float32)
    return norms


def _saturated(counted: ScoredIds, norms: Scores, most: float | Scores) -> ScoredIds:
    scores = counted.scores
    worth = scores / (scores + norms.take(counted.numbers))
    worth *= most
    return ScoredIds(counted.numbers, worth)
