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
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.phrase_postings import phrase_words
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.score_lists import (
    NOTHING,
    UNSCORED,
    Numbers,
    ScoredIds,
    union_max,
    union_sum,
)
from indexer.engines.whoosh.search.scoring import ScoredTerm, TermScores, TermType
from indexer.engines.whoosh.search.snapshot import DocumentSet, Snapshot
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    FilterNode,
    MinimumMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Word,
)

SHORT_RECORDS = 8
"""Records are short when they have no more documents than so many, in the mean."""

OTHER_LOCALE_WEIGHT = 0.75
"""A little more for what is written in the reader's language."""

Typed = Word | Phrase | Prefix


class Matcher:
    """Matches queries of one reader against a snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        impacts: TermScores,
        tables: FacetTables,
        reader: Locale,
    ) -> None:
        self._snapshot = snapshot
        self._impacts = impacts
        self._tables = tables
        self.reader = reader

    def match(self, node: Node) -> ScoredIds:
        """Give the records that match a tree, and what it is worth in each."""
        match node:
            case Word() | Phrase() | Prefix():
                return self._typed(node)
            case FilterNode():
                mask = self._tables.mask(node.filter.facet, {node.filter.value})
                return _unscored(np.flatnonzero(mask))
            case Not():
                return _unscored(self._all_but(self.match(node.node).numbers))
            case Synonyms():
                return self._expanded(node)
            case And():
                return self._several(node.nodes, len(node.nodes))
            case Or():
                return self._several(node.nodes, 1)
            case MinimumMatch():
                return self._several(node.nodes, node.count)

    def everything(self) -> ScoredIds:
        """Match every record, none better than another."""
        return _unscored(np.arange(self._snapshot.record_count))

    def passages(self, node: Node, records: Numbers) -> ScoredIds:
        """Give the passages of some records that hold words of a tree, and how well."""
        return self._passages(node, self._snapshot.documents_of(records))

    def has_passage(self, node: Typed, locale: Locale, record: int) -> bool:
        """Tell whether a passage of a record, in a language, holds what was typed."""
        among = self._snapshot.documents_of(np.array([record], np.int32))
        return len(self._impacts.passages([(_term(node, locale), 1.0)], among.mask)) > 0

    def _passages(self, node: Node, among: DocumentSet) -> ScoredIds:
        match node:
            case FilterNode() | Not():
                return NOTHING
            case And() | Or() | MinimumMatch():
                found = [self._passages(each, among) for each in node.nodes]
                return union_sum(found, 1, self._impacts.of_documents)
            case _ if self._keeps_passages and (_is_typed(node) or _is_term(node)):
                return self._whole(node).of(among.numbers)
            case _:
                return self._named(node, among)

    @property
    def _keeps_passages(self) -> bool:
        """Whether what words are worth in all passages is little enough to be kept."""
        snapshot = self._snapshot
        return snapshot.document_count <= SHORT_RECORDS * snapshot.record_count

    def _whole(self, node: Node) -> ScoredIds:
        return self._impacts.kept(
            ("passages", node, self.reader),
            lambda: self._named(node, self._snapshot.all_documents),
        )

    def _named(self, node: Node, among: DocumentSet) -> ScoredIds:
        """Give the passages that hold what was typed, or one of the names of a term."""
        names = _weighed(node) if isinstance(node, Synonyms) else [(node, 1.0)]
        typed = [(each, by) for each, by in names if isinstance(each, Typed)]
        terms = [
            (_term(each, locale), by * more)
            for each, by in typed
            for locale, more in self._languages(each)
        ]
        found = [
            self._impacts.passages(terms, among.mask),
            *(
                self._passages(each, among).weighed(by)
                for each, by in names
                if not isinstance(each, Typed)
            ),
        ]
        return union_max(found, self._impacts.of_documents)

    def in_locale(self, node: Typed, locale: Locale) -> ScoredIds:
        """Give the records that hold what was typed, in one language."""
        return self._impacts.records(_term(node, locale))

    def _typed(self, node: Typed) -> ScoredIds:
        """Give the records that hold what was typed, and its worth to this reader."""
        return self._impacts.kept(
            (node, self.reader),
            lambda: union_max(
                [
                    self.in_locale(node, locale).weighed(by)
                    for locale, by in self._languages(node)
                ],
                self._impacts.of_records,
            ),
        )

    def _languages(self, node: Typed) -> list[tuple[Locale, float]]:
        """Give the languages in which something is looked for, and their weights."""
        chosen = node.locale if isinstance(node, Word) else None
        return [
            (locale, 1.0 if locale is self.reader else OTHER_LOCALE_WEIGHT)
            for locale in LOCALES
            if chosen in {None, locale}
        ]

    def _expanded(self, node: Synonyms) -> ScoredIds:
        """Take a term and its other names as one, that scores as its best name."""

        def make() -> ScoredIds:
            found = [self.match(each).weighed(by) for each, by in _weighed(node)]
            return union_max(found, self._impacts.of_records)

        return (
            self._impacts.kept((node, self.reader), make) if _is_term(node) else make()
        )

    def _several(self, nodes: Sequence[Node], count: int) -> ScoredIds:
        found = [self.match(each) for each in nodes]
        return union_sum(found, count, self._impacts.of_records)

    def _all_but(self, records: Numbers) -> NDArray[np.intp]:
        mask = np.ones(self._snapshot.record_count, np.bool_)
        mask[records] = False
        return np.flatnonzero(mask)


def _term(node: Typed, locale: Locale) -> ScoredTerm:
    match node:
        case Word():
            forms = word_forms(node.text, locale)
            return ScoredTerm(TermType.WORD, forms, locale, node.is_title_only)
        case Prefix():
            return ScoredTerm(TermType.PREFIX, (node.text,), locale, node.is_title_only)
        case Phrase():
            words = phrase_words(node.text)
            return ScoredTerm(TermType.EXACT, words, locale, node.is_title_only)


def _weighed(term: Synonyms) -> list[tuple[Node, float]]:
    others = ((other.node, other.weight) for other in term.others)
    return [(term.node, 1.0), *others]


def _is_typed(node: Node) -> bool:
    return isinstance(node, Typed)


def _is_term(node: Node) -> bool:
    """Tell whether all names are single words or phrases, which are kept as one."""
    return isinstance(node, Synonyms) and all(_is_typed(n) for n, _ in _weighed(node))


def _unscored(records: NDArray[np.intp]) -> ScoredIds:
    """Match records without any score."""
    return ScoredIds(records.astype(np.int32), np.full(len(records), UNSCORED))
