"""Decides which records match a query, and how well.

Words are matched within a record, not within a passage: one word may stand in the
title and another in the text, or in the other language. The score of a record is what
its words are worth in the whole of it, in the language where each is worth most. What
they are worth in its passages is asked for afterwards, of the records that are left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.counting import FacetTables
from indexer.engines.whoosh.facts import LOCALES
from indexer.engines.whoosh.impacts import Impact, Impacts
from indexer.engines.whoosh.scored import (
    NOTHING,
    UNSCORED,
    Numbers,
    Scored,
    best_of,
    sum_of,
)
from indexer.engines.whoosh.snapshot import Snapshot
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

FEW_DOCUMENTS = 16
"""How many times fewer documents must be to be looked up one by one."""

Typed = Word | Phrase | Prefix


class Matcher:
    """Matches queries of one reader against a snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        impacts: Impacts,
        tables: FacetTables,
        reader: Locale,
    ) -> None:
        self._snapshot = snapshot
        self._impacts = impacts
        self._tables = tables
        self.reader = reader

    def match(self, node: Node) -> Scored:
        """Give the records that match a tree, and what it is worth in each."""
        match node:
            case Word() | Phrase() | Prefix():
                return self.impact(node).records
            case FilterNode():
                mask = self._tables.mask(node.filter.facet, {node.filter.value})
                return _unscored(np.flatnonzero(mask))
            case Not():
                return _unscored(self._all_but(self.match(node.node).numbers))
            case Expanded():
                return self._expanded(node)
            case And():
                return self._several(node.nodes, len(node.nodes))
            case Or():
                return self._several(node.nodes, 1)
            case SomeOf():
                return self._several(node.nodes, node.count)

    def everything(self) -> Scored:
        """Match every record, none better than another."""
        return _unscored(np.arange(self._snapshot.record_count))

    def passages(self, node: Node, records: Numbers) -> Scored:
        """Give the passages of some records that hold words of a tree, and how well.

        `records` rise.
        """
        if isinstance(node, Typed) and len(records) == len(self.impact(node).records):
            return self.impact(node).passages
        space = self._impacts.of_records
        space.marks[records] = True
        documents = self._few_documents(records)
        try:
            return self._passages(node, documents)
        finally:
            space.marks[records] = False

    def _passages(self, node: Node, documents: Numbers | None) -> Scored:
        match node:
            case Word() | Phrase() | Prefix():
                return self._of_marked(self.impact(node).passages, documents)
            case FilterNode() | Not():
                return NOTHING
            case Expanded() if documents is None and _is_term(node):
                return self._of_marked(self._term(node).passages, documents)
            case Expanded():
                found = [
                    self._passages(each, documents).weighed(by)
                    for each, by in _weighed(node)
                ]
                return best_of(found, self._impacts.of_documents)
            case And() | Or() | SomeOf():
                found = [self._passages(each, documents) for each in node.nodes]
                return sum_of(found, 1, self._impacts.of_documents)

    def _few_documents(self, records: Numbers) -> Numbers | None:
        """Give all documents of some records, when they are not too many to look up."""
        if len(records) * FEW_DOCUMENTS > self._snapshot.document_count:
            return None
        starts = self._snapshot.starts
        firsts, stops = starts[records], starts[records + 1]
        counts = stops - firsts
        total = int(counts.sum())
        if total * FEW_DOCUMENTS > self._snapshot.document_count:
            return None
        ends = np.cumsum(counts)
        within = np.arange(total) - np.repeat(ends - counts, counts)
        documents: Numbers = (np.repeat(firsts, counts) + within).astype(np.int32)
        return documents

    def _of_marked(self, passages: Scored, documents: Numbers | None) -> Scored:
        """Keep the passages of the records that are marked."""
        held = passages.numbers
        if documents is not None and len(documents) * FEW_DOCUMENTS < len(held):
            where = held.searchsorted(documents)
            is_held = held.take(where, mode="clip") == documents
            return Scored(documents[is_held], passages.scores[where[is_held]])
        return passages.kept(
            self._impacts.of_records.marks[self._snapshot.record_of[held]]
        )

    def impact(self, node: Typed) -> Impact:
        """Give what was typed is worth in each record and passage, for this reader."""
        if isinstance(node, Word) and node.locale is not None:
            return self._weighed(node, node.locale)
        return self._in_both(node)

    def _in_both(self, node: Typed) -> Impact:
        return self._impacts.kept(
            (node, self.reader),
            lambda: self._impacts.best_of(
                [self._weighed(node, locale) for locale in LOCALES]
            ),
        )

    def _weighed(self, node: Typed, locale: Locale, weight: float = 1.0) -> Impact:
        if locale is not self.reader:
            weight *= OTHER_LOCALE_WEIGHT
        return self.in_locale(node, locale).weighed(weight)

    def _name(self, node: Typed, weight: float) -> Impact:
        """Give what one name of a term is worth, multiplied once."""
        if isinstance(node, Word) and node.locale is not None:
            return self._weighed(node, node.locale, weight)
        return self._in_both(node).weighed(weight)

    def in_locale(self, node: Typed, locale: Locale) -> Impact:
        """Give what was typed is worth in one language."""
        match node:
            case Word():
                return self._impacts.word(
                    word_forms(node.text, locale),
                    locale,
                    is_title_only=node.is_title_only,
                )
            case Prefix():
                return self._impacts.prefix(
                    node.text, locale, is_title_only=node.is_title_only
                )
            case Phrase():
                # Elided articles are gone from the index and from the phrase alike; a
                # compound stands in both as its parts, then as the whole.
                words = tuple(fold(token.text) for token in tokenize(node.text))
                return self._impacts.exact(
                    words, locale, is_title_only=node.is_title_only
                )

    def _term(self, term: Expanded) -> Impact:
        """Take a term and its other names as one, that scores as its best name."""
        return self._impacts.kept(
            (term, self.reader),
            lambda: self._impacts.best_of(
                [
                    self._name(each, weight)
                    for each, weight in _weighed(term)
                    if isinstance(each, Typed)
                ]
            ),
        )

    def _expanded(self, node: Expanded) -> Scored:
        if _is_term(node):
            return self._term(node).records
        found = [self.match(each).weighed(by) for each, by in _weighed(node)]
        return best_of(found, self._impacts.of_records)

    def _several(self, nodes: Sequence[Node], count: int) -> Scored:
        found = [self.match(each) for each in nodes]
        return sum_of(found, count, self._impacts.of_records)

    def _all_but(self, records: Numbers) -> NDArray[np.intp]:
        mask = np.ones(self._snapshot.record_count, np.bool_)
        mask[records] = False
        return np.flatnonzero(mask)


def _weighed(term: Expanded) -> list[tuple[Node, float]]:
    others = ((other.node, other.weight) for other in term.others)
    return [(term.node, 1.0), *others]


def _is_term(node: Expanded) -> bool:
    """Tell whether all names are single words or phrases, which are kept as one."""
    return all(isinstance(each, Typed) for each, _ in _weighed(node))


def _unscored(records: NDArray[np.intp]) -> Scored:
    """Match records without any score."""
    return Scored(records.astype(np.int32), np.full(len(records), UNSCORED))
