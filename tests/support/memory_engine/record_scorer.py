"""Matches and scores queries, record after record.

The scores are those of the formula in `indexer.search.ranking`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from statistics import fmean
from typing import TypeVar

from indexer.analysis.tokens import phrase_words
from indexer.model.ids import Locale, RecordId
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
from indexer.search.query_parts import Typed, searched_locales, weighted_names
from indexer.search.ranking import (
    EXACT_FACTOR,
    K1,
    MIN_RELATIVE_LENGTH,
    B,
    idf,
)
from tests.support.memory_engine.analyzed_record import (
    AnalyzedRecord,
)

Scores = dict[RecordId, float]
PassageId = tuple[RecordId, int]
"""A record, and the index of a passage among the parts of the record."""
PassageScores = dict[PassageId, float]

Key = TypeVar("Key")

MAX_NODES_CACHED = 2000


class TermScorer:
    """Scores words, phrases and prefixes in the editions of one language."""

    def __init__(self, records: Sequence[AnalyzedRecord]) -> None:
        self.records = records
        self.score = lru_cache(MAX_NODES_CACHED)(self._score)

    def _score(self, node: Typed, locale: Locale) -> tuple[Scores, PassageScores]:
        """Return the records and the passages that match a node, with their scores."""
        parts = {
            record.record.id: record.in_locale(locale)
            for record in self.records
            if record.in_locale(locale)
        }
        frequencies = {
            record: sum(part.frequency(node) for part in each)
            for record, each in parts.items()
        }
        matching = {record for record, count in frequencies.items() if count}
        if not matching:
            return {}, {}
        lengths = {
            record: sum(part.length(node) for part in each)
            for record, each in parts.items()
        }
        of_passage = _mean(
            part.length(node)
            for each in parts.values()
            for part in each
            if part.passage is not None
        )
        weight = idf(len(parts), len(matching)) * _factor(node)
        of_record = _mean(lengths.values())
        scores = {
            record: weight * _saturated(count, lengths[record] / of_record)
            for record, count in frequencies.items()
            if count
        }
        passages = {
            (record.record.id, index): weight
            * _saturated(count, part.length(node) / of_passage)
            for record in self.records
            if record.record.id in matching
            for index, part in enumerate(record.parts)
            if part.locale is locale and part.passage is not None
            if (count := part.frequency(node))
        }
        return scores, passages


class ScanMatcher:
    """Matches queries of one reader; implements `indexer.search.relaxation.Matcher`."""

    def __init__(self, scorer: TermScorer, reader: Locale) -> None:
        self._scorer = scorer
        self.reader = reader

    @property
    def record_count(self) -> int:
        """The number of records."""
        return len(self._scorer.records)

    def _selected(self, node: FilterNode | RecordsNode) -> Iterable[RecordId]:
        for each in self._scorer.records:
            record = each.record
            if isinstance(node, RecordsNode):
                is_selected = record.id in node.ids
            else:
                values = record.facets.get(node.filter.facet, ())
                is_selected = node.filter.value in values
            if is_selected:
                yield record.id

    def everything(self) -> Scores:
        """Return all records, with equal scores."""
        return {record.record.id: 0.0 for record in self._scorer.records}

    def nothing(self) -> Scores:
        """Return no record."""
        return {}

    def match(self, node: Node) -> Scores:
        """Return the records that match a tree, with their scores."""
        match node:
            case And():
                return _sum([self.match(each) for each in node.nodes], len(node.nodes))
            case Or():
                return _sum([self.match(each) for each in node.nodes], 1)
            case MinimumMatch():
                return _sum([self.match(each) for each in node.nodes], node.count)
            case Not():
                excluded = self.match(node.node)
                return {i: 0.0 for i in self.everything() if i not in excluded}
            case FilterNode() | RecordsNode():
                return dict.fromkeys(self._selected(node), 0.0)
            case Synonyms():
                names = weighted_names(node)
                return _best((self.match(name), weight) for name, weight in names)
            case Word() | Phrase() | Prefix():
                scores = self._by_locale(node)
                return _best((records, weight) for (records, _), weight in scores)

    def passages(self, node: Node) -> PassageScores:
        """Return the passages that match words of a tree, with their scores."""
        match node:
            case And() | Or() | MinimumMatch():
                return _sum([self.passages(each) for each in node.nodes], 1)
            case Synonyms():
                names = weighted_names(node)
                return _best((self.passages(name), weight) for name, weight in names)
            case Word() | Phrase() | Prefix():
                scores = self._by_locale(node)
                return _best((passages, weight) for (_, passages), weight in scores)
            case FilterNode() | RecordsNode() | Not():
                return {}

    def _by_locale(
        self, node: Typed
    ) -> Iterable[tuple[tuple[Scores, PassageScores], float]]:
        for locale, weight in searched_locales(node, self.reader):
            yield self._scorer.score(node, locale), weight


def _sum(parts: Sequence[dict[Key, float]], at_least: int) -> dict[Key, float]:
    """Return the keys of at least so many parts, with the sums of their scores."""
    keys = dict.fromkeys(key for part in parts for key in part)
    return {
        key: sum(part.get(key, 0.0) for part in parts)
        for key in keys
        if sum(key in part for part in parts) >= at_least
    }


def _best(parts: Iterable[tuple[dict[Key, float], float]]) -> dict[Key, float]:
    """Return the keys of all parts, with the highest of their weighted scores."""
    best: dict[Key, float] = {}
    for scores, weight in parts:
        for key, score in scores.items():
            best[key] = max(best.get(key, 0.0), score * weight)
    return best


def _factor(node: Typed) -> float:
    match node:
        case Word():
            return 1.0
        case Prefix():
            return EXACT_FACTOR
        case Phrase():
            return EXACT_FACTOR * len(phrase_words(node.text))


def _mean(lengths: Iterable[float]) -> float:
    filled = [length for length in lengths if length > 0]
    return fmean(filled) if filled else 1.0


def _saturated(frequency: float, relative_length: float) -> float:
    norm = K1 * (1 - B + B * max(relative_length, MIN_RELATIVE_LENGTH))
    return frequency * (K1 + 1) / (frequency + norm)
