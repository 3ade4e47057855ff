"""Decides which records match a query, and how well.

Words are matched within a record, not within a passage: one word may stand in the
title and another in the text, or in the other language. The score of a record is that
of its head (title, summary, keywords) plus that of its best passage, each by BM25
(Robertson and Zaragoza, 2009, with the idf of Lucene), so that a long report does not
win by its length.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.counting import records_with
from indexer.engines.whoosh.postings import Postings
from indexer.engines.whoosh.schema import EXACT
from indexer.engines.whoosh.snapshot import LOCALES, Snapshot
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Expanded,
    FilterNode,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

K1 = 1.2
B = 0.75

FIELD_WEIGHTS = {
    "title": 3.0,
    "keywords": 2.0,
    "summary": 1.5,
    "heading": 1.0,
    "text": 1.0,
}
OTHER_LOCALE_WEIGHT = 0.85
"""A little more for what is written in the reader's language."""

EXACT_WEIGHT = 1.5
"""A phrase or the beginning of a word says more than a word."""

OTHER_NAME_WEIGHT = 0.5
"""What was typed comes before what it is also called."""

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Matches:
    """Which records match; the score of each head, and of each passage."""

    mask: Mask
    heads: Scores
    passages: Scores


class Matcher:
    """Matches queries of one reader against a snapshot."""

    def __init__(self, snapshot: Snapshot, locale: Locale) -> None:
        self._snapshot = snapshot
        self._weights = [
            1.0 if each is locale else OTHER_LOCALE_WEIGHT for each in LOCALES
        ]
        self._counts = [
            int(
                np.count_nonzero(
                    (snapshot.locale_of == code) & (snapshot.record_of >= 0)
                )
            )
            for code in range(len(LOCALES))
        ]

    def match(self, node: Node) -> Matches:
        """Match a tree."""
        match node:
            case Word():
                return self._word(node)
            case Phrase():
                return self._phrase(node)
            case Prefix():
                return self._prefix(node)
            case FilterNode():
                column = self._snapshot.columns[node.filter.facet]
                mask = records_with(
                    column, {node.filter.value}, self._snapshot.record_count
                )
                return self._empty(mask)
            case Not():
                return self._empty(~self.match(node.node).mask)
            case And() | Or():
                return self._several(node)
            case Expanded():
                return self._expanded(node)

    def everything(self) -> Matches:
        """Match every record, none better than another."""
        return self._empty(np.ones(self._snapshot.record_count, np.bool_))

    def nothing(self) -> Matches:
        """Match no record."""
        return self._empty(np.zeros(self._snapshot.record_count, np.bool_))

    def _several(self, node: And | Or) -> Matches:
        first, *others = (self.match(child) for child in node.nodes)
        for other in others:
            first.mask = (
                first.mask & other.mask
                if isinstance(node, And)
                else first.mask | other.mask
            )
            first.heads = first.heads + other.heads
            first.passages = first.passages + other.passages
        return first

    def _expanded(self, expanded: Expanded) -> Matches:
        """Take a term and its other names as one, that scores as its best name."""
        best = self.match(expanded.node)
        for other in expanded.others:
            found = self.match(other)
            best.mask = best.mask | found.mask
            best.heads = np.maximum(best.heads, found.heads * OTHER_NAME_WEIGHT)
            best.passages = np.maximum(
                best.passages, found.passages * OTHER_NAME_WEIGHT
            )
        return best

    def _word(self, word: Word) -> Matches:
        if is_stop_word(word.text, Locale.FR) or is_stop_word(word.text, Locale.EN):
            # Reached only when the query has no other word.
            return self._exact((fold(word.text),), is_title_only=word.is_title_only)
        fields = ("title",) if word.is_title_only else tuple(FIELD_WEIGHTS)
        gathered = _Gathered(self._snapshot)
        for code, locale in enumerate(LOCALES):
            forms = word_forms(word.text, locale)
            for field in fields:
                name = f"{field}_{locale}"
                postings = self._snapshot.postings.union(name, forms)
                weight = self._weights[code] * FIELD_WEIGHTS[field]
                gathered.add(postings, self._bm25(name, postings, code) * weight, code)
        return gathered.matches()

    def _phrase(self, phrase: Phrase) -> Matches:
        # Elided articles are gone from the index and from the phrase alike; a compound
        # stands in both as its parts, then as the whole.
        words = tuple(fold(token.text) for token in tokenize(phrase.text))
        return self._exact(words, is_title_only=phrase.is_title_only)

    def _exact(self, words: tuple[str, ...], *, is_title_only: bool) -> Matches:
        gathered = _Gathered(self._snapshot)
        for code, locale in enumerate(LOCALES):
            name = f"{EXACT}_title_{locale}" if is_title_only else f"{EXACT}_{locale}"
            reader = self._snapshot.postings
            postings = (
                reader.phrase(name, words)
                if len(words) > 1
                else reader.of(name, *words)
            )
            weight = self._weights[code] * EXACT_WEIGHT * len(words)
            gathered.add(postings, self._bm25(name, postings, code) * weight, code)
        return gathered.matches()

    def _prefix(self, prefix: Prefix) -> Matches:
        gathered = _Gathered(self._snapshot)
        for code, locale in enumerate(LOCALES):
            name = (
                f"{EXACT}_title_{locale}"
                if prefix.is_title_only
                else f"{EXACT}_{locale}"
            )
            reader = self._snapshot.postings
            postings = reader.union(name, reader.beginning_with(name, prefix.text))
            weight = self._weights[code] * EXACT_WEIGHT
            gathered.add(postings, self._bm25(name, postings, code) * weight, code)
        return gathered.matches()

    def _bm25(self, field: str, postings: Postings, code: int) -> Scores:
        if not len(postings):
            return np.empty(0, np.float32)
        lengths = self._snapshot.postings.lengths(field)
        mean = float(lengths[lengths > 0].mean())
        idf = math.log(
            1 + (self._counts[code] - len(postings) + 0.5) / (len(postings) + 0.5)
        )
        frequencies = postings.frequencies
        norm = K1 * (1 - B + B * lengths[postings.documents] / mean)
        return (idf * frequencies * (K1 + 1) / (frequencies + norm)).astype(np.float32)

    def _empty(self, mask: Mask) -> Matches:
        return Matches(
            mask,
            np.zeros(self._snapshot.record_count, np.float32),
            np.zeros(self._snapshot.document_count, np.float32),
        )


class _Gathered:
    """The scores of one word, field by field and language by language."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._mask = np.zeros(snapshot.record_count, np.bool_)
        self._heads = np.zeros((len(LOCALES), snapshot.record_count), np.float32)
        self._passages = np.zeros(snapshot.document_count, np.float32)

    def add(self, postings: Postings, scores: Scores, code: int) -> None:
        """Add what one field gives; `code` is the number of its language."""
        documents = postings.documents
        if not len(documents):
            return
        records = self._snapshot.record_of[documents]
        self._mask[records] = True
        is_head = self._snapshot.is_head[documents]
        self._heads[code][records[is_head]] += scores[is_head]
        self._passages[documents[~is_head]] += scores[~is_head]

    def matches(self) -> Matches:
        """Give the whole; a name that stands in both editions counts once."""
        return Matches(self._mask, self._heads.max(axis=0), self._passages)
