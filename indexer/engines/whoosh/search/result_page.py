"""Makes a page of results from the records that match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from indexer.analysis.analyzer import searched_forms
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.record_order import RecordOrder, with_named_bonus
from indexer.engines.whoosh.search.score_lists import ScoredIds, indices_in
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.model.arrays import Ids, Mask
from indexer.model.ids import RecordId
from indexer.model.query import CloseRecord, Node, Phrase, Prefix, Query, Word
from indexer.model.results import Hit, MatchField, ResultPage
from indexer.search.facet_order import selected_values
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
    contains_exactly,
    is_read,
)
from indexer.search.relaxation import RelaxedMatch


def result_page(
    snapshot: Snapshot,
    tables: FacetTables,
    matcher: RecordMatcher,
    query: Query,
    match: RelaxedMatch[ScoredIds],
    named: Sequence[RecordId] = (),
) -> ResultPage:
    """Filter, count and sort the records that match, and present one page of them.

    `named` are the records that the query names, the best first.

    Raises:
        PageOutOfRangeError: the requested page is after the last one.
    """
    facets = tables.count(match.records.ids, query.filters)
    named_numbers = snapshot.numbers_of(named)
    matching = with_named_bonus(match.records, named_numbers.tolist())
    for facet, values in selected_values(query.filters).items():
        matching = matching.masked(tables.mask(facet, values)[matching.ids])
    page_count(len(matching), query)
    exact = _exact_ids(matching, match, snapshot.record_count)
    number_of = snapshot.number_of if match.close else {}
    close = {
        number_of[str(record.id)]: record
        for record in match.close
        if str(record.id) in number_of
    }
    ranking = RecordOrder(snapshot, matcher, query, match, close, named_numbers)
    records, passages = ranking.page_of(matching)
    page = _Page(snapshot, matcher, query, match, exact, close, records, passages)
    found = page_of_hits(
        query,
        match,
        () if query.only_ids else page.hits(),
        facets,
        total=len(matching),
        exact_total=len(exact),
    )
    if not query.only_ids:
        return found
    partial = records.ids[indices_in(exact, records.ids) < 0].tolist()
    return replace(
        found,
        ids=tuple(map(snapshot.ids.__getitem__, records.ids.tolist())),
        partial_ids=frozenset(map(snapshot.ids.__getitem__, partial)),
    )


def _exact_ids(
    matching: ScoredIds, match: RelaxedMatch[ScoredIds], record_count: int
) -> Ids:
    """Return the records that match all words of a query."""
    if match.exact is match.records:
        return matching.ids
    mask = np.zeros(record_count, np.bool_)
    mask[match.exact.ids] = True
    return matching.ids[mask.take(matching.ids)]


@dataclass(frozen=True)
class _Page:
    """The records of one page, in their order, and the passages that match."""

    snapshot: Snapshot
    matcher: RecordMatcher
    query: Query
    match: RelaxedMatch[ScoredIds]
    exact: Ids
    close: Mapping[int, CloseRecord]
    records: ScoredIds
    passages: ScoredIds

    def hits(self) -> tuple[Hit, ...]:
        """Return the hits of the records."""
        builder = HitBuilder(self.query, self.match.root, self.match.expansions)
        evidence = _PageEvidence(
            self.snapshot, self.matcher, builder.parts, self.records.ids
        )
        is_exact = (indices_in(self.exact, self.records.ids) >= 0).tolist()
        numbers, scores = self.records.ids.tolist(), self.records.scores.tolist()
        found = [
            FoundRecord(
                index,
                self.snapshot.entries[number],
                scores[index],
                self._stored_passages(number),
                is_exact=is_exact[index],
                is_close=number in self.close,
            )
            for index, number in enumerate(numbers)
        ]
        return builder.hits(found, evidence)

    def _stored_passages(self, record: int) -> list[StoredPassage]:
        """Return the passages to show of a record."""
        if not self.query.max_passages:
            return []
        return [
            (LOCALES[self.snapshot.locale_of[number]], self.snapshot.stored(number))
            for number in self._best_passages(record) or self._close_passage(record)
        ]

    def _best_passages(self, record: int) -> list[int]:
        bounds = self.snapshot.starts[record : record + 2]
        start, stop = self.passages.ids.searchsorted(bounds).tolist()
        scores = self.passages.scores[start:stop]
        order = np.lexsort((-scores, ~self._is_own[start:stop]))
        best = start + order[: self.query.max_passages]
        passages: list[int] = self.passages.ids[best].tolist()
        return passages

    def _close_passage(self, record: int) -> list[int]:
        """Return the passage that is close in meaning, where none has the words."""
        close = self.close.get(record)
        if close is None or close.passage is None:
            return []
        snapshot = self.snapshot
        span = slice(snapshot.starts[record], snapshot.ends[record])
        is_own = snapshot.record_of[span] == record
        passages = span.start + np.flatnonzero(is_own & ~snapshot.is_head[span])
        nearest: list[int] = passages[close.passage :][:1].tolist()
        return nearest

    @cached_property
    def _is_own(self) -> Mask:
        """Whether each passage is in the reader's language: those come first."""
        own = LOCALES.index(self.query.locale)
        is_own: Mask = self.snapshot.locale_of.take(self.passages.ids) == own
        return is_own


class _PageEvidence:
    """Implements `indexer.search.hits.MatchEvidence` for the records of one page.

    A record is its index among those shown.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        matcher: RecordMatcher,
        parts: Sequence[Sequence[tuple[Node, float]]],
        shown: Ids,
    ) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._shown = shown
        self._locales = (matcher.reader, matcher.reader.other)
        self._words: dict[Word, Mapping[int, Location]] = {}
        self._scores = [self._scores_of(names) for names in parts]

    @cached_property
    def _spans(self) -> tuple[Ids, Ids]:
        """The first document of each record shown, and the number after its last."""
        snapshot = self._snapshot
        return snapshot.starts[self._shown], snapshot.ends[self._shown]

    def scores(self, part: int, record: int) -> Sequence[float]:
        """Return the weighted score of a record by each name of a part."""
        return self._scores[part][record]

    def location(self, leaf: Typed, record: int) -> Location | None:
        """Return the language and the field of highest weight that match a leaf."""
        if not isinstance(leaf, Word):
            return self._exact_location(leaf, record)
        if leaf not in self._words:
            self._words[leaf] = self._word_locations(leaf)
        return self._words[leaf].get(record)

    def _scores_of(self, names: Sequence[tuple[Node, float]]) -> list[list[float]]:
        """Return, for each record shown, its weighted scores by the names of a part."""
        scores = np.zeros((len(names), len(self._shown)), np.float32)
        for row, (name, weight) in zip(scores, names, strict=True):
            matching = self._matcher.match(name)
            indices = indices_in(matching.ids, self._shown)
            is_there = indices >= 0
            row[is_there] = matching.scores[indices[is_there]] * np.float32(weight)
        by_record: list[list[float]] = scores.T.tolist()
        return by_record

    def _word_locations(self, word: Word) -> Mapping[int, Location]:
        """Return the field of highest weight with a word, for each record shown."""
        fields = {
            locale: self._snapshot.postings.spans_with(
                searched_forms(word.text, locale), locale, *self._spans
            )
            for locale in self._locales
            if word.locale in {None, locale}
        }
        locations: dict[int, Location] = {}
        for field in FIELDS_BY_WEIGHT:
            if not is_read(field, word):
                continue
            for locale, by_field in fields.items():
                for record in by_field.get(field, ()):
                    locations.setdefault(record, (locale, MATCH_FIELDS[field]))
        return locations

    def _exact_location(self, leaf: Phrase | Prefix, record: int) -> Location | None:
        """Return where a record contains a phrase or a prefix.

        The index has one field for all texts of the head, so the texts of title and
        summary are read again.
        """
        number = self._shown[record : record + 1]
        entry = self._snapshot.entries[int(number[0])]
        for locale in self._locales:
            if indices_in(self._matcher.in_locale(leaf, locale).ids, number)[0] < 0:
                continue
            edition = entry.editions.get(locale)
            if edition is not None and contains_exactly(leaf, edition.title):
                return locale, MatchField.TITLE
            if edition is not None and contains_exactly(leaf, edition.summary):
                return locale, MatchField.SUMMARY
            is_in_text = self._matcher.has_passage(leaf, locale, int(number[0]))
            return locale, MatchField.TEXT if is_in_text else MatchField.KEYWORDS
        return None
