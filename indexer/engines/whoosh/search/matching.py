"""What the relaxation asks of a snapshot: the records and the words that match.

Words are matched in a record as a whole: one word may be in the title and another in
the text, or in the other language. `RecordMatcher.match` scores the record as a whole;
`RecordMatcher.passages` scores the passages of the few records that are left to show.
"""

from collections.abc import Sequence

import numpy as np

from indexer.analysis.analyzer import searched_forms
from indexer.analysis.tokens import phrase_words
from indexer.engines.whoosh.index.segment_content import EXACT
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.score_lists import (
    NO_IDS,
    UNSCORED,
    ScoredIds,
    union_max,
    union_sum,
)
from indexer.engines.whoosh.search.scoring import ScoredTerm, TermScores, TermType
from indexer.engines.whoosh.search.snapshot import DocumentSet, Snapshot
from indexer.engines.whoosh.shared_cache import SharedCache
from indexer.model.arrays import Ids, Indices, Scores
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
    RecordsNode,
    Synonyms,
    Word,
)
from indexer.search.fuzzy_words import similar_words
from indexer.search.query_parts import Typed, searched_locales
from indexer.search.spelling import accented_in

MAX_DOCUMENTS_CACHED = 8
"""The scores of all passages are cached up to this many documents a record, on
average."""

RARE = 1_000
"""The passages of a word with synonyms are cached up to this number of records.

Those of more would push the scores of words out of the cache.
"""

MAX_COUNTS_CACHED = 20_000
"""The number of spellings whose documents are counted once."""


class RecordMatcher:
    """Matches queries of one reader; implements `indexer.search.relaxation.Matcher`."""

    def __init__(
        self,
        snapshot: Snapshot,
        scores: TermScores,
        tables: FacetTables,
        reader: Locale,
    ) -> None:
        self._snapshot = snapshot
        self._scores = scores
        self._tables = tables
        self.reader = reader

    @property
    def record_count(self) -> int:
        """The number of records of the snapshot."""
        return self._snapshot.record_count

    def match(self, node: Node) -> ScoredIds:
        """Return the records that match a tree, with their scores."""
        match node:
            case Word() | Phrase() | Prefix():
                return self._typed(node)
            case FilterNode() | RecordsNode():
                return _unscored(self._selected(node))
            case Not():
                return _unscored(self._all_but(self.match(node.node).ids))
            case Synonyms():
                return self._synonyms(node)
            case And():
                return self._several(node.nodes, len(node.nodes))
            case Or():
                parts = [self.match(child) for child in node.nodes]
                return union_max(parts, self._scores.of_records)
            case MinimumMatch():
                return self._several(node.nodes, node.count)

    def _selected(self, node: FilterNode | RecordsNode) -> Indices:
        if isinstance(node, RecordsNode):
            return np.sort(self._snapshot.numbers_of(node.ids))
        mask = self._tables.mask(node.filter.facet, {node.filter.value})
        return np.flatnonzero(mask)

    def everything(self) -> ScoredIds:
        """Return all records, with equal scores."""
        return _unscored(np.arange(self._snapshot.record_count))

    def nothing(self) -> ScoredIds:
        """Return no record."""
        return NO_IDS

    def passages(self, node: Node, records: Ids) -> ScoredIds:
        """Return the passages of some records that match words of a tree, scored."""
        among = self._snapshot.documents_of(records)
        if not self._caches_passages:
            return self._passages(node, among)
        scores = self._scores_among(node, among)
        (found,) = scores.nonzero()
        return ScoredIds(among.ids.take(found), scores.take(found))

    def has_passage(self, node: Typed, locale: Locale, record: int) -> bool:
        """Return whether a passage of a record matches a node in a language."""
        documents = self._snapshot.documents_of(np.array([record], np.int32))
        term = _term(node, locale)
        return len(self._scores.passages([(term, 1.0)], documents.mask)) > 0

    def in_locale(self, node: Typed, locale: Locale) -> ScoredIds:
        """Return the records that match a node in one language."""
        return self._scores.records(_term(node, locale))

    def _scores_among(self, node: Node, among: DocumentSet) -> Scores:
        """Return the score of each document of a set; 0 where no word matches."""
        match node:
            case FilterNode() | RecordsNode() | Not():
                return np.zeros(len(among.ids), np.float32)
            case And() | Or() | MinimumMatch():
                combine = np.maximum if isinstance(node, Or) else np.add
                scores = self._scores_among(node.nodes[0], among)
                for child in node.nodes[1:]:
                    scores = combine(scores, self._scores_among(child, among))
                return scores
            case Word() | Phrase() | Prefix():
                return self._in_all_passages(node).scores_of(among.ids)
            case Synonyms() if _is_term(node) and len(self.match(node)) <= RARE:
                return self._in_all_passages(node).scores_of(among.ids)
            case _:
                return self._best_name(node, among).scores_of(among.ids)

    def _passages(self, node: Node, among: DocumentSet) -> ScoredIds:
        """Score passages one by one, without the scores of all passages."""
        match node:
            case FilterNode() | RecordsNode() | Not():
                return NO_IDS
            case And() | Or() | MinimumMatch():
                parts = [self._passages(child, among) for child in node.nodes]
                space = self._scores.of_documents
                if isinstance(node, Or):
                    return union_max(parts, space)
                return union_sum(parts, 1, space)
            case _:
                return self._best_name(node, among)

    @property
    def _caches_passages(self) -> bool:
        """Whether records have so few passages that all their scores are cached."""
        snapshot = self._snapshot
        return snapshot.document_count <= MAX_DOCUMENTS_CACHED * snapshot.record_count

    def _in_all_passages(self, node: Node) -> ScoredIds:
        """Return all passages that match a word or its synonyms, from a cache."""
        return self._scores.get_or_make(
            ("passages", node, self.reader),
            lambda: self._best_name(node, self._snapshot.all_documents),
        )

    def _best_name(self, node: Node, among: DocumentSet) -> ScoredIds:
        """Return the passages that match a node or one of its synonyms."""
        names = _weighted(node) if isinstance(node, Synonyms) else [(node, 1.0)]
        terms = [
            (_term(each, locale), weight * locale_weight)
            for each, weight in names
            if isinstance(each, Typed)
            for locale, locale_weight in searched_locales(each, self.reader)
        ]
        parts = [
            self._scores.passages(terms, among.mask),
            *(
                self._passages(each, among).weighted(weight)
                for each, weight in names
                if not isinstance(each, Typed)
            ),
        ]
        return union_max(parts, self._scores.of_documents)

    def _typed(self, node: Typed) -> ScoredIds:
        locales = searched_locales(node, self.reader)
        if len(locales) == 1:
            # The scores of each language are cached, and take no union.
            ((locale, weight),) = locales
            return self.in_locale(node, locale).weighted(weight)
        return self._scores.get_or_make(
            (node, self.reader),
            lambda: union_max(
                [
                    self.in_locale(node, locale).weighted(weight)
                    for locale, weight in locales
                ],
                self._scores.of_records,
            ),
        )

    def _synonyms(self, node: Synonyms) -> ScoredIds:
        def make() -> ScoredIds:
            parts = [self.match(each).weighted(by) for each, by in _weighted(node)]
            return union_max(parts, self._scores.of_records)

        if not _is_term(node):
            return make()
        return self._scores.get_or_make((node, self.reader), make)

    def _several(self, nodes: Sequence[Node], count: int) -> ScoredIds:
        parts = [self.match(node) for node in nodes]
        return union_sum(parts, count, self._scores.of_records)

    def _all_but(self, records: Ids) -> Indices:
        mask = np.ones(self._snapshot.record_count, np.bool_)
        mask[records] = False
        return np.flatnonzero(mask)


def _term(node: Typed, locale: Locale) -> ScoredTerm:
    is_title_only = node.is_title_only
    scope = is_title_only, node.is_text_only and not is_title_only
    match node:
        case Word():
            forms = searched_forms(node.text, locale)
            return ScoredTerm(TermType.WORD, forms, locale, *scope)
        case Prefix():
            return ScoredTerm(TermType.PREFIX, (node.text,), locale, *scope)
        case Phrase():
            return ScoredTerm(TermType.EXACT, phrase_words(node.text), locale, *scope)


def _weighted(term: Synonyms) -> list[tuple[Node, float]]:
    others = ((other.node, other.weight) for other in term.others)
    return [(term.node, 1.0), *others]


def _is_typed(node: Node) -> bool:
    return isinstance(node, Typed)


def _is_term(node: Node) -> bool:
    """Return whether all synonyms are words or phrases: then the union is cached."""
    return isinstance(node, Synonyms) and all(_is_typed(n) for n, _ in _weighted(node))


def _unscored(records: Indices) -> ScoredIds:
    return ScoredIds(records.astype(np.int32), np.full(len(records), UNSCORED))


class SnapshotVocabulary:
    """Implements `indexer.search.spelling.Vocabulary` for a snapshot."""

    def __init__(self, snapshot: Snapshot, scores: TermScores) -> None:
        self._snapshot = snapshot
        self._scores = scores
        self._counts: SharedCache[tuple[str, Locale], int] = SharedCache(
            MAX_COUNTS_CACHED
        )

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a record contains a form of a word in a language."""
        return self._snapshot.postings.contains(searched_forms(word, locale), locale)

    def record_count(self, word: str, locale: Locale) -> int:
        """Return how many records contain a form of a word in a language."""
        term = ScoredTerm(TermType.WORD, searched_forms(word, locale), locale)
        return len(self._scores.records(term))

    def spelling_count(self, spelling: str, locale: Locale) -> int:
        """Return how many documents contain a spelling in a language."""
        return self._counts.get_or_make(
            (spelling, locale),
            lambda: self._snapshot.postings.count(f"{EXACT}_{locale}", spelling),
        )

    def similar(self, spelling: str, distance: int, *, limit: int) -> Sequence[str]:
        """Return the spellings within an edit distance, the nearest first.

        Words of deleted documents may be among them.
        """
        words = self._snapshot.postings.fuzzy_words
        return similar_words(spelling, words, distance, limit=limit)

    def accented(self, spelling: str, locale: Locale) -> str | None:
        """Return a spelling with its accents, as a stored text in the language has it.

        Keywords and questions are not stored: a word of theirs alone has no accents.
        """
        postings = self._snapshot.postings.of(f"{EXACT}_{locale}", spelling)
        stored = map(self._snapshot.stored, postings.documents.tolist())
        values = (value for fields in stored for value in fields.values())
        return accented_in((v for v in values if isinstance(v, str)), spelling)

    def warm_up(self) -> None:
        """Read the spellings now, rather than at the first misspelt word."""
        _ = self._snapshot.postings.fuzzy_words
