"""Makes a page of results from the records that match."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import itemgetter

from indexer.analysis.tokens import fold, normalize
from indexer.engines.stored_json import stored_passage
from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import (
    Query,
    Sort,
    SortScale,
    Word,
)
from indexer.model.results import (
    ResultPage,
)
from indexer.search.facet_order import (
    SORT_SCALES,
    ordered_counts,
    selected_values,
    with_selected,
)
from indexer.search.hits import (
    FoundRecord,
    HitBuilder,
    Location,
    StoredPassage,
    page_count,
    page_of_hits,
)
from indexer.search.query_parts import (
    FIELDS_BY_WEIGHT,
    MATCH_FIELDS,
    Typed,
    locales_of,
)
from indexer.search.rank_fusion import fused
from indexer.search.ranking import BEST_PASSAGE_WEIGHT, PAGE_WEIGHT, named_bonus
from indexer.search.relaxation import RelaxedMatch
from tests.support.memory_engine.analyzed_record import AnalyzedRecord, Part
from tests.support.memory_engine.record_scorer import ScanMatcher, Scores

Records = Mapping[RecordId, AnalyzedRecord]

RERANKED = 100

FIELDS_OF_EXACT = ("title", "summary", "heading", "text", "keywords", "questions")
"""The order in which a phrase or a prefix is located."""


def memory_page(
    records: Records,
    matcher: ScanMatcher,
    query: Query,
    match: RelaxedMatch[Scores],
    named: Sequence[RecordId],
) -> ResultPage:
    """Filter, count and sort the records that match, and present one page of them.

    `named` are the records that the query names, the best first.

    Raises:
        PageOutOfRangeError: the requested page is after the last one.
    """
    matching = [
        record for record in match.records if _passes(records[record], query.filters)
    ]
    page_count(len(matching), query)
    presenter = _Presenter(records, matcher, query, match, named)
    start = (query.page - 1) * query.page_size
    exact = [each for each in matching if each in match.exact]
    partial = [each for each in matching if each not in match.exact]
    groups = (exact, partial) if query.is_grouped else (matching,)
    ordered = [each for group in groups for each in presenter.ordered(group)]
    shown = ordered[start : start + query.page_size]
    hits = presenter.builder.hits(list(map(presenter.found, shown)), presenter)
    if match.is_fused:
        # The record that is first gets the highest score, and so on.
        scores = sorted(map(presenter.score, ordered), reverse=True)[start:]
        hits = tuple(
            replace(hit, score=score) for hit, score in zip(hits, scores, strict=False)
        )
    return page_of_hits(
        query,
        match,
        hits,
        _facets(records, match.records, query.filters),
        total=len(matching),
        exact_total=len(exact),
    )


def _passes(record: AnalyzedRecord, filters: Collection[Filter]) -> bool:
    return all(
        not selected.isdisjoint(record.record.facets.get(facet, ()))
        for facet, selected in selected_values(filters).items()
    )


def _facets(
    records: Records, matching: Iterable[RecordId], filters: Collection[Filter]
) -> dict[FacetName, tuple[FacetCount, ...]]:
    """Count each facet among the records that pass the filters of the others."""
    selected = selected_values(filters)
    facets = {}
    for facet in FacetName:
        others = [each for each in filters if each.facet is not facet]
        counts = Counter(
            value
            for each in matching
            if _passes(records[each], others)
            for value in set(records[each].record.facets.get(facet, ()))
        )
        known = (each.record.facets.get(facet, ()) for each in records.values())
        chosen = selected.get(facet, set())
        listed = counts.keys() | chosen.intersection(chain.from_iterable(known))
        values = ordered_counts(facet, {value: counts[value] for value in listed})
        facets[facet] = with_selected(values, chosen)
    return facets


@dataclass(frozen=True)
class _Presenter:
    """Orders and presents the records that match one query."""

    records: Records
    matcher: ScanMatcher
    query: Query
    match: RelaxedMatch[Scores]
    named: Sequence[RecordId]

    def ordered(self, matching: Iterable[RecordId]) -> list[RecordId]:
        """Return records in the order of the query; equal ones by title."""
        by_title = sorted(matching, key=self._title_key)
        if self._is_by_score:
            return self._fused(sorted(by_title, key=self.score, reverse=True))
        if self.query.sort is Sort.TITLE:
            return by_title
        by_date = sorted(
            by_title, key=lambda i: self.records[i].record.date, reverse=True
        )
        scale = SORT_SCALES.get(self.query.sort)
        return sorted(by_date, key=self._scale_key(scale)) if scale else by_date

    def _fused(self, ordered: list[RecordId]) -> list[RecordId]:
        if not self.match.is_fused:
            return ordered
        close = {each.id: each for each in self.match.close if each.id in ordered}
        scored = [(each, self.score(each)) for each in ordered[:RERANKED]]
        fixed = {*self.match.exact, *self.named}
        order = fused(scored, close, fixed, self._neighbours)
        return list(dict.fromkeys((*order, *ordered)))

    def _neighbours(self, record: RecordId) -> list[RecordId]:
        linked = self.match.neighbours.of(str(record))
        return [each for each in self.records if str(each) in linked]

    def _scale_key(self, scale: SortScale) -> Callable[[RecordId], int]:
        return lambda i: scale.rank(self.records[i].record.facets.get(scale.facet, ()))

    def _title_key(self, record: RecordId) -> tuple[str, str]:
        _, edition = self.records[record].entry.edition(self.query.locale)
        return fold(normalize(edition.title)), str(record)

    @property
    def _is_by_score(self) -> bool:
        return self.match.root is not None and self.query.sort is Sort.RELEVANCE

    def score(self, record: RecordId) -> float:
        """Return the score of a record."""
        score = self.match.records[record] + self._named_bonus(record)
        if not self._is_by_score:
            return score
        passages = self._passages.get(record, {}).values()
        score += BEST_PASSAGE_WEIGHT * max(passages, default=0.0)
        return score * PAGE_WEIGHT if record.kind is Kind.PAGE else score

    def _named_bonus(self, record: RecordId) -> float:
        if record not in self.named:
            return 0.0
        rank = len(self.named) - self.named.index(record)
        return named_bonus(max(self.match.records.values()), rank)

    @cached_property
    def _passages(self) -> Mapping[RecordId, Mapping[int, float]]:
        """The scores of passages in the languages that filters select, by record."""
        root = self.match.root
        locales = selected_values(self.query.filters).get(FacetName.LOCALE)
        by_record: defaultdict[RecordId, dict[int, float]] = defaultdict(dict)
        scores = self.matcher.passages(root) if root is not None else {}
        for record, index in sorted(scores, key=itemgetter(1)):
            if not locales or self.records[record].parts[index].locale in locales:
                by_record[record][index] = scores[record, index]
        return by_record

    def found(self, record: RecordId) -> FoundRecord[RecordId]:
        """Return a record to present."""
        return FoundRecord(
            record,
            self.records[record].entry,
            self.score(record),
            list(map(_stored, self._best_passages(record))),
            is_exact=record in self.match.exact,
            is_close=record in {close.id for close in self.match.close},
        )

    def scores(self, part: int, record: RecordId) -> list[float]:
        """Return the weighted score of a record by each name of a part."""
        return [
            self.matcher.match(name).get(record, 0.0) * weight
            for name, weight in self.builder.parts[part]
        ]

    def location(self, leaf: Typed, record: RecordId) -> Location | None:
        """Return the language and the field of highest weight that match a leaf."""
        return _location(leaf, self.records[record], self.query.locale)

    @cached_property
    def builder(self) -> HitBuilder:
        """What makes the hits."""
        return HitBuilder(self.query, self.match.root, self.match.expansions)

    def _best_passages(self, record: RecordId) -> list[Part]:
        parts = self.records[record].parts
        scores = self._passages.get(record, {})

        def rank(index: int) -> tuple[bool, float]:
            return parts[index].locale is self.query.locale, scores[index]

        best = sorted(scores, key=rank, reverse=True) or self._close_parts(record)
        return [parts[index] for index in best[: self.query.max_passages]]

    def _close_parts(self, record: RecordId) -> list[int]:
        """Return the index of the passage that is close in meaning, if any."""
        parts = enumerate(self.records[record].parts)
        passages = [index for index, part in parts if part.passage is not None]
        return [
            passages[each.passage]
            for each in self.match.close
            if each.id == record and each.passage is not None
        ]


def _stored(part: Part) -> StoredPassage:
    assert part.passage is not None  # only passages have scores
    return part.locale, stored_passage(part.passage)


def _location(node: Typed, record: AnalyzedRecord, reader: Locale) -> Location | None:
    """Return the language and the field of highest weight that match a node."""
    locales = [each for each in (reader, reader.other) if each in locales_of(node)]
    if isinstance(node, Word):
        order = [(locale, f) for f in FIELDS_BY_WEIGHT for locale in locales]
    else:
        order = [(locale, f) for locale in locales for f in FIELDS_OF_EXACT]
    for locale, field in order:
        for part in record.in_locale(locale):
            if field in part.fields and part.restricted_to(field).frequency(node):
                return locale, MATCH_FIELDS[field]
    return None
