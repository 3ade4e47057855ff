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
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.engines.whoosh.cache import BoundedCache
from indexer.engines.whoosh.facts import LOCALES
from indexer.engines.whoosh.schema import EXACT
from indexer.engines.whoosh.scored import (
    NOTHING,
    Mask,
    Scored,
    Scores,
    Workspace,
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

MAX_CACHED = 4_000_000
MAX_SPELT_CACHED = 500_000
"""Of records, and of documents that hold words as they are spelt, of 8 bytes each."""

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
class Term:
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

    records: Scored
    most: float


NO_IMPACT = _Impact(NOTHING, 0.0)

_Lengths = tuple[Locale, tuple[str, ...]]
"""A language and fields, of which the lengths are measured together."""


class Impacts:
    """Computes what terms are worth, and keeps it by record; safe among threads.

    What they are worth in passages would take far more room, and is asked for few.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.of_records = Workspace(snapshot.record_count)
        self.of_documents = Workspace(snapshot.document_count)
        self._cache: BoundedCache[Hashable, Scored] = BoundedCache(MAX_CACHED)
        self._terms: BoundedCache[Term, _Impact] = BoundedCache(MAX_CACHED)
        self._spelt: BoundedCache[Term, Postings] = BoundedCache(MAX_SPELT_CACHED)
        self._held: BoundedCache[tuple[tuple[str, ...], Locale], bool] = BoundedCache(
            MAX_WORDS_KNOWN
        )
        self._norms: dict[_Lengths, tuple[Scores, Scores]] = {}

    def warm_up(self) -> None:
        """Measure the lengths now, which the first words would wait for."""
        for locale in LOCALES:
            for kind in (TermType.WORD, TermType.EXACT):
                self._norms_of(Term(kind, (), locale))

    def kept(self, key: Hashable, make: Callable[[], Scored]) -> Scored:
        """Give what is kept under a key, found first when nothing is."""
        found = self._cache.get(key)
        if found is None:
            found = make()
            self._cache.put(key, found, len(found) + 1)
        return found

    def records(self, term: Term) -> Scored:
        """Give the records that hold a term, and what it is worth in each."""
        return self._impact(term).records

    def passages(self, term: Term, among: Mask) -> Scored:
        """Give the passages that hold a term, and what it is worth in each.

        `among` tells, of each document, whether it is looked at.
        """
        most = self._impact(term).most
        if not most:
            return NOTHING
        if term.type is TermType.WORD:
            texts = [each for each in term.fields if each in TEXT_WEIGHTS]
            found = self._snapshot.postings.stems(term.texts, term.locale, texts, among)
            counted = [_counted(held, TEXT_WEIGHTS[f]) for f, held in found.items()]
        else:
            held = self._spelt_as(term)
            is_wanted = among.take(held.documents)
            # Heads and passages stand in one field here.
            is_wanted &= ~self._snapshot.is_head.take(held.documents)
            counted = [_counted(held, 1.0).kept(is_wanted)]
        _, norms = self._norms_of(term)
        return _saturated(sum_of(counted, 1, self.of_documents), norms, most)

    def is_held(self, forms: tuple[str, ...], locale: Locale) -> bool:
        """Tell whether any record holds a word in an edition of a language."""
        found = self._held.get((forms, locale))
        if found is None:
            found = self._snapshot.postings.holds(forms, locale)
            self._held.put((forms, locale), found, 1)
        return found

    def count(self, forms: tuple[str, ...], locale: Locale) -> int:
        """Count the records that hold a word in an edition of a language."""
        return len(self.records(Term(TermType.WORD, forms, locale)))

    def _impact(self, term: Term) -> _Impact:
        found = self._terms.get(term)
        if found is None:
            found = self._made(self._counted(term), term)
            self._terms.put(term, found, len(found.records) + 1)
        return found

    def _counted(self, term: Term) -> list[Scored]:
        """Count how often each document holds a term, by field."""
        if term.type is not TermType.WORD:
            return [_counted(self._spelt_as(term), 1.0)]
        postings, fields = self._snapshot.postings, term.fields
        if len(term.texts) > 1:
            united = postings.stems(term.texts, term.locale, fields)
            return [
                _counted(held, FIELD_WEIGHTS[field]) for field, held in united.items()
            ]
        return [
            _counted(held, FIELD_WEIGHTS[field])
            for field, held in postings.stems_apart(term.texts, term.locale)
            if field in fields
        ]

    def _spelt_as(self, term: Term) -> Postings:
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
            self._spelt.put(term, found, len(found) + 1)
        return found

    def _made(self, counted: Sequence[Scored], term: Term) -> _Impact:
        """Score what is counted by document, for each record as a whole."""
        record_of = self._snapshot.record_of
        records = total_of(
            [Scored(record_of.take(each.numbers), each.scores) for each in counted],
            self.of_records,
        )
        if not len(records):
            return NO_IMPACT
        total = self._counts[LOCALES.index(term.locale)]
        idf = math.log(1 + (total - len(records) + 0.5) / (len(records) + 0.5))
        norms, _ = self._norms_of(term)
        most = idf * (K1 + 1) * term.weight
        return _Impact(_saturated(records, norms, most), most)

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """How many records stand in each language."""
        snapshot = self._snapshot
        is_head = snapshot.is_head & (snapshot.record_of >= 0)
        return tuple(
            int((is_head & (snapshot.locale_of == code)).sum())
            for code in range(len(LOCALES))
        )

    def _norms_of(self, term: Term) -> tuple[Scores, Scores]:
        """Give what the length of each record and of each document takes from a score.

        A length counts by what it is of the mean.
        """
        key = (term.locale, term.fields)
        if key not in self._norms:
            snapshot = self._snapshot
            of_document = np.zeros(snapshot.document_count, np.float32)
            for field in term.fields:
                if term.type is TermType.WORD:
                    lengths = snapshot.postings.lengths(f"{field}_{term.locale}")
                    of_document += np.float32(FIELD_WEIGHTS[field]) * lengths
                else:
                    of_document += snapshot.postings.lengths(field)
            alive = snapshot.record_of >= 0
            of_record = np.bincount(
                snapshot.record_of[alive], of_document[alive], snapshot.record_count
            ).astype(np.float32)
            of_passage = np.where(alive & ~snapshot.is_head, of_document, 0)
            self._norms[key] = (_norms(of_record), _norms(of_passage))
        return self._norms[key]


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


def _saturated(counted: Scored, norms: Scores, most: float) -> Scored:
    scores = counted.scores
    worth = scores / (scores + norms.take(counted.numbers))
    worth *= np.float32(most)
    return Scored(counted.numbers, worth)
