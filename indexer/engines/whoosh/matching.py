"""Decides which records match a query, and how well.

Words are matched within a record, not within a passage: one word may stand in the
title and another in the text, or in the other language. The score of a record is what
its words are worth in the whole of it, in the language where each is worth most. What
they are worth in its passages is kept beside, to choose the best one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.counting import records_with
from indexer.engines.whoosh.impacts import NO_IMPACT, Impact, Impacts
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
    SomeOf,
    Word,
)

OTHER_LOCALE_WEIGHT = 0.75
"""A little more for what is written in the reader's language."""

Numbers = NDArray[np.int32]
Scores = NDArray[np.float32]

Merge = Callable[[Scores, Scores], Scores]


class Matcher:
    """Matches queries of one reader against a snapshot."""

    def __init__(self, snapshot: Snapshot, impacts: Impacts, reader: Locale) -> None:
        self._snapshot = snapshot
        self._impacts = impacts
        self._reader = reader

    def match(self, node: Node) -> Impact:
        """Match a tree: give the records that match, and all passages with words."""
        match node:
            case Word() | Phrase() | Prefix():
                return self._typed(node)
            case FilterNode():
                column = self._snapshot.columns[node.filter.facet]
                mask = records_with(
                    column, {node.filter.value}, self._snapshot.record_count
                )
                return _only(np.flatnonzero(mask))
            case Not():
                return _only(self._all_but(self.match(node.node).records))
            case Expanded():
                return self._expanded(node)
            case And():
                return self._several(node.nodes, len(node.nodes))
            case Or():
                return self._several(node.nodes, 1)
            case SomeOf():
                return self._several(node.nodes, node.count)

    def everything(self) -> Impact:
        """Match every record, none better than another."""
        return _only(self._all_but(np.empty(0, np.int32)))

    def _typed(self, node: Word | Phrase | Prefix) -> Impact:
        if not isinstance(node, Word):
            return self._in_each_language(lambda locale: self.spelt(node, locale))
        return self._in_each_language(
            lambda locale: self._impacts.word(
                word_forms(node.text, locale), locale, is_title_only=node.is_title_only
            ),
            LOCALES if node.locale is None else (node.locale,),
        )

    def spelt(self, node: Phrase | Prefix, locale: Locale) -> Impact:
        """Match in one language what is sought as it is spelt, accents aside."""
        if isinstance(node, Prefix):
            return self._impacts.prefix(
                node.text, locale, is_title_only=node.is_title_only
            )
        # Elided articles are gone from the index and from the phrase alike; a compound
        # stands in both as its parts, then as the whole.
        words = tuple(fold(token.text) for token in tokenize(node.text))
        return self._impacts.exact(words, locale, is_title_only=node.is_title_only)

    def _in_each_language(
        self,
        impact_in: Callable[[Locale], Impact],
        locales: Sequence[Locale] = LOCALES,
    ) -> Impact:
        """Take the best of the languages: a name in both editions counts once."""
        return self._best(
            [
                weighed(
                    impact_in(locale),
                    1.0 if locale is self._reader else OTHER_LOCALE_WEIGHT,
                )
                for locale in locales
            ]
        )

    def _expanded(self, expanded: Expanded) -> Impact:
        """Take a term and its other names as one, that scores as its best name."""
        others = (
            weighed(self.match(other.node), other.weight) for other in expanded.others
        )
        return self._best([self.match(expanded.node), *others])

    def _best(self, impacts: Sequence[Impact]) -> Impact:
        return self._merged(impacts, 1, np.maximum)

    def _several(self, nodes: Sequence[Node], count: int) -> Impact:
        return self._merged([self.match(node) for node in nodes], count, np.add)

    def _merged(self, impacts: Sequence[Impact], count: int, merge: Merge) -> Impact:
        """Put impacts together; keep the records that stand in so many of them."""
        if len(impacts) == 1:
            return impacts[0]
        records, record_scores = _merge(
            [(each.records, each.record_scores) for each in impacts],
            self._snapshot.record_count,
            count,
            merge,
        )
        passages, passage_scores = _merge(
            [(each.passages, each.passage_scores) for each in impacts],
            self._snapshot.document_count,
            1,
            merge,
        )
        return Impact(records, record_scores, passages, passage_scores)

    def _all_but(self, records: Numbers) -> Numbers:
        mask = np.ones(self._snapshot.record_count, np.bool_)
        mask[records] = False
        return np.flatnonzero(mask).astype(np.int32)


def weighed(impact: Impact, weight: float) -> Impact:
    """Give an impact with its scores multiplied."""
    if weight == 1 or not len(impact):
        return impact
    return Impact(
        impact.records,
        impact.record_scores * np.float32(weight),
        impact.passages,
        impact.passage_scores * np.float32(weight),
    )


def _only(records: NDArray[np.intp] | Numbers) -> Impact:
    """Match records without any score, nor any passage."""
    return Impact(
        records.astype(np.int32),
        np.zeros(len(records), np.float32),
        NO_IMPACT.passages,
        NO_IMPACT.passage_scores,
    )


def _merge(
    parts: Sequence[tuple[Numbers, Scores]], size: int, count: int, merge: Merge
) -> tuple[Numbers, Scores]:
    held = [part for part in parts if len(part[0])]
    if len(held) < count:
        return NO_IMPACT.records, NO_IMPACT.record_scores
    if len(held) == 1:
        return held[0]
    total = np.zeros(size, np.float32)
    times = np.zeros(size, np.int16)
    for numbers, scores in held:
        total[numbers] = merge(total[numbers], scores)
        times[numbers] += 1
    found = np.flatnonzero(times >= count).astype(np.int32)
    return found, total[found]
