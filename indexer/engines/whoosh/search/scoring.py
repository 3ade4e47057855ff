"""Scores terms in records and in passages by the formula of `indexer.search.ranking`.

The score of a term does not depend on the rest of the query, so it is computed once
and cached. The scores in passages, which are many more, are computed for the records
that are shown.
"""

import enum
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.segment_content import (
    EXACT,
    EXACT_QUESTIONS,
    Postings,
)
from indexer.engines.whoosh.search.score_lists import (
    DENSE,
    NO_IDS,
    ScoredIds,
    Workspace,
    max_by_id,
    sum_by_dense_id,
    sum_by_id,
    union_max,
    union_sum,
)
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.engines.whoosh.shared_cache import SharedCache
from indexer.model.arrays import Mask, Scores
from indexer.model.ids import Locale
from indexer.search.ranking import (
    EXACT_FACTOR,
    FIELD_WEIGHTS,
    K1,
    MIN_RELATIVE_LENGTH,
    OPERATOR_FIELDS,
    TEXT_WEIGHTS,
    B,
    idf,
)

MAX_SCORES_CACHED = 5_000_000
MAX_TERM_SCORES_CACHED = 3_000_000
MAX_EXACT_POSTINGS_CACHED = 500_000
"""The sizes of caches, in elements of 8 bytes."""

ENTRY_SIZE = 200
"""The size of a cache entry beside its arrays, in the same elements."""


class TermType(enum.Enum):
    """How the texts of a term are matched."""

    WORD = "word"
    """Forms of one word, as stems."""

    EXACT = "exact"
    """Consecutive words, as spelled."""

    PREFIX = "prefix"
    """The prefix of words."""


@dataclass(frozen=True, slots=True)
class ScoredTerm:
    """A word, phrase or prefix in the editions of one language.

    `is_text_only`: it is not matched in questions.
    """

    type: TermType
    texts: tuple[str, ...]
    locale: Locale
    is_title_only: bool = False
    is_text_only: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of stems, without the language; or the field of exact words."""
        if self.type is TermType.WORD:
            if self.is_title_only:
                return ("title",)
            return OPERATOR_FIELDS if self.is_text_only else tuple(FIELD_WEIGHTS)
        name = f"{EXACT}_title" if self.is_title_only else EXACT
        return (f"{name}_{self.locale}",)

    @property
    def questions_field(self) -> str:
        """The field of exact words that are left out; empty when none are."""
        return f"{EXACT_QUESTIONS}_{self.locale}" if self.is_text_only else ""

    @property
    def factor(self) -> float:
        """The factor on the score."""
        return 1.0 if self.type is TermType.WORD else EXACT_FACTOR * len(self.texts)


@dataclass(frozen=True, slots=True)
class _TermScore:
    """The scores of a term in records, and the limit that no score reaches.

    A score rises with the frequency of the term, towards `max_score`.
    """

    records: ScoredIds
    max_score: float


_NO_SCORE = _TermScore(NO_IDS, 0.0)

Counted = Sequence[tuple[Postings, float]]
"""Postings of one term, each list with the weight of its field."""


class TermScores:
    """Computes and caches the scores of terms; safe among threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        sequence = np.arange(snapshot.document_count, dtype=np.int32)
        self.of_records = Workspace(snapshot.record_count, sequence)
        self.of_documents = Workspace(snapshot.document_count, sequence)
        self._cache: SharedCache[Hashable, ScoredIds] = SharedCache(
            MAX_SCORES_CACHED, _size
        )
        self._terms: SharedCache[ScoredTerm, _TermScore] = SharedCache(
            MAX_TERM_SCORES_CACHED, lambda score: _size(score.records)
        )
        self._exact: SharedCache[ScoredTerm, Postings] = SharedCache(
            MAX_EXACT_POSTINGS_CACHED, _size
        )
        self._norms: dict[tuple[bool, Locale, bool, bool], Scores] = {}

    def warm_up(self) -> None:
        """Compute the norms now, rather than at the first search."""
        for locale in LOCALES:
            for kind in (TermType.WORD, TermType.EXACT):
                self._norms_of(ScoredTerm(kind, (), locale))
        _ = self._passage_norms

    def get_or_make(self, key: Hashable, make: Callable[[], ScoredIds]) -> ScoredIds:
        """Return the scores cached under a key, or else make and cache them."""
        return self._cache.get_or_make(key, make)

    def records(self, term: ScoredTerm) -> ScoredIds:
        """Return the records that contain a term, with their scores."""
        return self._score(term).records

    def passages(
        self, weighted: Collection[tuple[ScoredTerm, float]], among: Mask
    ) -> ScoredIds:
        """Return the passages that contain a term, with the highest of their scores.

        Args:
            weighted: the terms, each with a factor on its score.
            among: for each document, whether it is considered.
        """
        stems = [each for each in weighted if each[0].type is TermType.WORD]
        exact = [each for each in weighted if each[0].type is not TermType.WORD]
        parts = [
            self._passages(terms, kind, among)
            for terms, kind in ((stems, TermType.WORD), (exact, TermType.EXACT))
            if terms
        ]
        return union_max(parts, self.of_documents)

    def _passages(
        self,
        weighted: Collection[tuple[ScoredTerm, float]],
        kind: TermType,
        among: Mask,
    ) -> ScoredIds:
        """Score the passages of all terms in one call, as each term may have few."""
        counted: list[tuple[Postings, float]] = []
        max_scores: list[float] = []
        for term, weight in weighted:
            max_score = self._score(term).max_score
            if max_score:
                in_passages = self._count_in_passages(term, among)
                counted += in_passages
                max_scores += [max_score * weight] * len(in_passages)
        if not counted:
            return NO_IDS
        lengths = [len(each) for each, _ in counted]
        max_of_each = np.repeat(np.array(max_scores, np.float32), lengths)
        scored = _saturated(_joined(counted), self._passage_norms[kind], max_of_each)
        return scored if len(counted) == 1 else max_by_id(scored, self.of_documents)

    def _count_in_passages(self, term: ScoredTerm, among: Mask) -> Counted:
        """Return the frequencies of a term in passages; no passage is in two lists."""
        if term.type is not TermType.WORD:
            # The field of exact words has heads and passages.
            postings = self._exact_postings(term).among(among).among(self._is_passage)
            return [(postings, 1.0)] if len(postings) else []
        texts = [each for each in term.fields if each in TEXT_WEIGHTS]
        reader = self._snapshot.postings
        by_field = list(reader.stems(term.texts, term.locale, texts, among))
        counted = [(each, TEXT_WEIGHTS[field]) for field, each in by_field]
        if len(dict(by_field)) < 2:
            return counted
        parts = [_weighted(postings, weight) for postings, weight in counted]
        summed = union_sum(parts, 1, self.of_documents)
        return [(Postings(summed.ids, summed.scores), 1.0)]

    def _score(self, term: ScoredTerm) -> _TermScore:
        return self._terms.get_or_make(
            term, lambda: self._scored(self._counted(term), term)
        )

    def _counted(self, term: ScoredTerm) -> Counted:
        """Return the frequencies of a term in documents."""
        if term.type is not TermType.WORD:
            return [(self._exact_postings(term), 1.0)]
        by_field = self._snapshot.postings.stems(term.texts, term.locale, term.fields)
        return [(postings, FIELD_WEIGHTS[field]) for field, postings in by_field]

    def _exact_postings(self, term: ScoredTerm) -> Postings:
        return self._exact.get_or_make(term, lambda: self._read_exact(term))

    def _read_exact(self, term: ScoredTerm) -> Postings:
        postings, (name,) = self._snapshot.postings, term.fields
        texts, without = term.texts, term.questions_field
        if term.type is TermType.PREFIX:
            texts = postings.with_prefix(name, *texts)
        elif len(texts) > 1:
            return postings.phrase(name, texts, without=without)
        return postings.of(name, *texts, without=without)

    def _scored(self, counted: Counted, term: ScoredTerm) -> _TermScore:
        records = self._by_record(counted)
        if not len(records):
            return _NO_SCORE
        total = self._edition_counts[LOCALES.index(term.locale)]
        max_score = float(idf(total, len(records)) * (K1 + 1) * term.factor)
        scores = _saturated(records, self._norms_of(term), max_score)
        return _TermScore(scores, max_score)

    def _by_record(self, counted: Counted) -> ScoredIds:
        """Add up the frequencies of documents, by record."""
        record_of, count = self._snapshot.record_of, self._snapshot.record_count
        if sum(len(postings) for postings, _ in counted) * DENSE > count:
            joined = _joined(counted)
            return sum_by_dense_id(record_of.take(joined.ids), joined.scores, count)
        parts = [_weighted(postings, weight) for postings, weight in counted]
        return sum_by_id(
            [ScoredIds(record_of.take(part.ids), part.scores) for part in parts],
            self.of_records,
        )

    @cached_property
    def _edition_counts(self) -> tuple[int, ...]:
        """The number of editions in each language."""
        snapshot = self._snapshot
        is_head = snapshot.is_head & (snapshot.record_of >= 0)
        return tuple(
            int((is_head & (snapshot.locale_of == code)).sum())
            for code in range(len(LOCALES))
        )

    def _norms_of(self, term: ScoredTerm) -> Scores:
        """Return the length norm of each record, for terms of this type and locale."""
        scope = term.is_title_only, term.is_text_only
        key = (term.type is TermType.WORD, term.locale, *scope)
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
        """The length norm of each passage, relative to those of its language."""
        snapshot = self._snapshot
        is_passage = self._is_passage & (snapshot.record_of >= 0)
        by_type = {}
        for kind in (TermType.WORD, TermType.EXACT):
            norms = np.zeros(snapshot.document_count, np.float32)
            for code, locale in enumerate(LOCALES):
                lengths = self._lengths(ScoredTerm(kind, (), locale))
                is_in_locale = snapshot.locale_of == code
                of_passages = _norms(np.where(is_passage, lengths, 0))
                norms[is_in_locale] = of_passages[is_in_locale]
            by_type[kind] = norms
        return by_type

    @cached_property
    def _is_passage(self) -> Mask:
        return ~self._snapshot.is_head

    def _lengths(self, term: ScoredTerm) -> Scores:
        """Return the weighted length of each document in the fields of a term."""
        lengths = np.zeros(self._snapshot.document_count, np.float32)
        for field in term.fields:
            if term.type is TermType.WORD:
                of_field = self._snapshot.postings.lengths(f"{field}_{term.locale}")
                lengths += np.float32(FIELD_WEIGHTS[field]) * of_field
            else:
                lengths += self._snapshot.postings.lengths(field)
                if term.is_text_only:
                    lengths -= self._snapshot.postings.lengths(term.questions_field)
        return lengths


def _size(values: Sized) -> int:
    return len(values) + ENTRY_SIZE


def _weighted(postings: Postings, weight: float) -> ScoredIds:
    """Return documents with their frequencies multiplied."""
    return ScoredIds(
        postings.documents,
        np.multiply(postings.frequencies, np.float32(weight), dtype=np.float32),
    )


def _joined(counted: Counted) -> ScoredIds:
    """Return the documents of all lists, one list after another, with frequencies."""
    documents = np.concatenate([postings.documents for postings, _ in counted])
    frequencies = np.concatenate([postings.frequencies for postings, _ in counted])
    weights = [weight for _, weight in counted]
    if set(weights) == {1.0}:
        return ScoredIds(documents, frequencies)
    lengths = [len(postings) for postings, _ in counted]
    weight_of_each = np.repeat(np.array(weights, np.float32), lengths)
    return ScoredIds(documents, frequencies * weight_of_each)


def _norms(lengths: Scores) -> Scores:
    """Return `K1 * (1 - B + B * length / mean length)` of each length.

    Lengths of 0 do not count in the mean.
    """
    filled = lengths[lengths > 0]
    mean = float(filled.mean()) if len(filled) else 1.0
    relative = np.maximum(lengths / mean, MIN_RELATIVE_LENGTH)
    norms: Scores = (K1 * (1 - B + B * relative)).astype(np.float32)
    return norms


def _saturated(
    frequencies: ScoredIds, norms: Scores, max_score: float | Scores
) -> ScoredIds:
    """Return `max_score * tf / (tf + norm)` of each frequency."""
    counts = frequencies.scores
    scores = counts / (counts + norms.take(frequencies.ids))
    scores *= max_score
    return ScoredIds(frequencies.ids, scores)
