"""From what matched to one page of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.highlighting import LocatedTerm, SearchedWords, excerpt, mark
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.search.explanation import Explainer
from indexer.engines.whoosh.search.facet_counts import FacetTables, chosen_values
from indexer.engines.whoosh.search.matching import Matcher
from indexer.engines.whoosh.search.query_rewriting import searched_words
from indexer.engines.whoosh.search.score_lists import (
    NOTHING,
    Numbers,
    ScoredIds,
    Scores,
    highest,
    places_in,
)
from indexer.engines.whoosh.search.snapshot import EditionEntry, Snapshot
from indexer.errors import PageOutOfRangeError
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId
from indexer.model.query import Expansion, Node, Query, Sort
from indexer.model.results import Hit, MatchReason, Relaxation, ResultPage, Snippet

OWN_LOCALE_WORTH = 2
"""Of two passages that show the same, a reader is shown the one that can be read."""

BEST_PASSAGE_WORTH = 0.4
"""Words that stand together say more than the same words pages apart."""

PAGE_WORTH = 0.5
"""Pages about the service name what it holds as examples: they come after it."""

FIRST = 100
"""So many records, the best as wholes, are put in order by their passages too."""

FEW_EQUALS = 200
"""Of so many records the titles are looked up; of more, all titles are put in order."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What was matched for a query in the end, and how it came to be that."""

    root: Node | None
    records: ScoredIds
    asked_total: int
    relaxed: tuple[Relaxation, ...] = ()
    expansions: tuple[Expansion, ...] = ()


def result_page(
    snapshot: Snapshot,
    tables: FacetTables,
    matcher: Matcher,
    query: Query,
    found: Matched,
) -> ResultPage:
    """Filter, count, sort, and show one page of what matched.

    Raises:
        PageOutOfRangeError: the page asked for is after the last.
    """
    facets = tables.count(found.records.numbers, query.filters)
    matched = found.records
    for facet, values in chosen_values(query.filters).items():
        matched = matched.kept(tables.mask(facet, values)[matched.numbers])
    pages = max(1, -(-len(matched) // query.page_size))
    if query.page > pages:
        raise PageOutOfRangeError(query.page, pages)
    passages, looked_into = NOTHING, NOTHING.numbers
    candidates = matched
    if found.root is not None and _is_ranked(query):
        matched = _with_page_worth(snapshot, matched)
        first = _first(matched)
        looked_into = first.numbers
        passages = _passages(snapshot, matcher, query, found.root, looked_into)
        candidates = _candidates(
            matched, first, _with_passages(snapshot, first, passages), query
        )
    shown = _page_of(snapshot, query, candidates)
    # Of records that score the same, others may be shown than were looked into.
    if found.root is not None and not _all_stand_in(looked_into, shown.numbers):
        numbers = np.sort(shown.numbers)
        passages = _passages(snapshot, matcher, query, found.root, numbers)
    explained = found.root if query.max_passages else None
    page = _Page(
        snapshot,
        query,
        passages,
        searched_words(explained),
        Explainer(snapshot, matcher, explained, found.expansions, shown.numbers),
    )
    return ResultPage(
        total=len(matched),
        page=query.page,
        pages=pages,
        hits=page.hits(shown),
        facets=facets,
        relaxed=found.relaxed,
        asked_total=found.asked_total,
        expansions=found.expansions,
    )


def _is_ranked(query: Query) -> bool:
    return query.root is not None and query.sort is Sort.RELEVANCE


def _passages(
    snapshot: Snapshot, matcher: Matcher, query: Query, root: Node, records: Numbers
) -> ScoredIds:
    """Give the passages of some records that hold what is searched, as is wanted."""
    passages = matcher.passages(root, records)
    chosen = {each.value for each in query.filters if each.facet is FacetName.LOCALE}
    if not chosen:
        return passages
    codes = [code for code, locale in enumerate(LOCALES) if locale in chosen]
    return passages.kept(np.isin(snapshot.locale_of[passages.numbers], codes))


def _with_page_worth(snapshot: Snapshot, matched: ScoredIds) -> ScoredIds:
    """Let the pages about the service come after what they speak of."""
    if not snapshot.has_pages:
        return matched
    scores = matched.scores.copy()
    scores[snapshot.is_page[matched.numbers]] *= np.float32(PAGE_WORTH)
    return ScoredIds(matched.numbers, scores)


def _first(matched: ScoredIds) -> ScoredIds:
    """Give the records that score best, as they rise."""
    if len(matched) <= FIRST:
        return matched
    best = np.argpartition(matched.scores, len(matched) - FIRST)[-FIRST:]
    best.sort()
    return ScoredIds(matched.numbers[best], matched.scores[best])


def _with_passages(
    snapshot: Snapshot, first: ScoredIds, passages: ScoredIds
) -> ScoredIds:
    """Add to what each record scores a part of what its best passage does."""
    best = highest(snapshot.record_of[passages.numbers], passages.scores)
    best = best.weighed(BEST_PASSAGE_WORTH)
    scores = first.scores.copy()
    worth = best.scores
    if snapshot.has_pages:
        worth = np.where(snapshot.is_page[best.numbers], worth * PAGE_WORTH, worth)
    scores[first.numbers.searchsorted(best.numbers)] += worth
    return ScoredIds(first.numbers, scores)


def _candidates(
    matched: ScoredIds, before: ScoredIds, first: ScoredIds, query: Query
) -> ScoredIds:
    """Give the records among which those of a page are, with what they are worth.

    `first` are those that were looked into, `before` the same as they scored before:
    no other scores more than the least of these.
    """
    if len(first) == len(matched):
        return first
    stop = query.page * query.page_size
    if stop <= len(first):
        last = np.partition(first.scores, len(first) - stop)[len(first) - stop]
        if last > before.scores.min():
            return first
    scores = matched.scores.copy()
    scores[matched.numbers.searchsorted(first.numbers)] = first.scores
    return ScoredIds(matched.numbers, scores)


def _all_stand_in(numbers: Numbers, sought: Numbers) -> bool:
    return bool((places_in(numbers, sought) >= 0).all())


def _page_of(snapshot: Snapshot, query: Query, matched: ScoredIds) -> ScoredIds:
    """Give the records of the page that is asked for, in their order."""
    numbers, scores = matched.numbers, matched.scores
    start = (query.page - 1) * query.page_size
    stop = min(start + query.page_size, len(numbers))
    if _is_ranked(query):
        worth = scores
    elif query.sort is Sort.TITLE:
        worth = -snapshot.title_ranks[query.locale][numbers].astype(np.float32)
    else:
        worth = snapshot.date_ranks[numbers].astype(np.float32)
    if stop * 2 < len(numbers):
        # Only what may stand on the page is put in order.
        least = np.partition(worth, len(worth) - stop)[len(worth) - stop]
        kept = worth >= least
        numbers, scores, worth = numbers[kept], scores[kept], worth[kept]
    order = _order(snapshot, query.locale, numbers, worth)[start:stop]
    return ScoredIds(numbers[order], scores[order])


def _order(
    snapshot: Snapshot, locale: Locale, numbers: Numbers, worth: Scores
) -> NDArray[np.intp]:
    """Put records in order: those worth most first, then by their titles."""
    if len(numbers) > FEW_EQUALS:
        return np.lexsort((snapshot.title_ranks[locale][numbers], -worth))
    order = np.argsort(-worth, kind="stable")
    ordered = worth[order]
    if (ordered[1:] != ordered[:-1]).all():
        return order
    keys = [
        (-value, *snapshot.title_key(number, locale))
        for number, value in zip(numbers.tolist(), worth.tolist(), strict=True)
    ]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.intp)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of a record, before what was searched is marked in it.

    Each passage is as it was stored, with its language.
    """

    id: RecordId
    locale: Locale
    edition: EditionEntry
    passages: Sequence[tuple[Locale, Mapping[str, Any]]]

    @property
    def texts(self) -> Iterator[tuple[str, Locale]]:
        """The title, the summary, then the passages."""
        yield self.edition.title, self.locale
        yield self.edition.summary, self.locale
        for locale, stored in self.passages:
            yield stored["text"], locale

    def hit(
        self,
        found: Iterator[Sequence[LocatedTerm]],
        score: float,
        why: tuple[MatchReason, ...],
    ) -> Hit:
        """Mark what was found in each of the texts, in their order."""
        return Hit(
            id=self.id,
            locale=self.locale,
            title=mark(self.edition.title, next(found)),
            summary=mark(self.edition.summary, next(found)),
            score=round(score, 4),
            snippets=tuple(
                Snippet(
                    excerpt=excerpt(stored["text"], next(found)),
                    locale=Locale(stored.get("locale", locale)),
                    heading=stored["heading"],
                    anchor=stored["anchor"],
                    page=stored["page"],
                    file=stored.get("file", ""),
                )
                for locale, stored in self.passages
            ),
            reasons=why,
        )


@dataclass(frozen=True)
class _Page:
    """What the hits of one page are made from."""

    snapshot: Snapshot
    query: Query
    passages: ScoredIds
    searched: SearchedWords
    explainer: Explainer

    def hits(self, records: ScoredIds) -> tuple[Hit, ...]:
        """Present records, in their order."""
        shown = [self.shown(number) for number in records.numbers.tolist()]
        found = self.found_in([each for one in shown for each in one.texts])
        return tuple(
            one.hit(found, score, self.explainer.reasons(place))
            for place, (one, score) in enumerate(
                zip(shown, records.scores.tolist(), strict=True)
            )
        )

    def shown(self, number: int) -> _Shown:
        entry = self.snapshot.entries[number]
        locale, edition = entry.edition(self.query.locale)
        passages = [
            (LOCALES[self.snapshot.locale_of[each]], self.snapshot.passage(each))
            for each in self.best_passages(number)
        ]
        return _Shown(entry.id, locale, edition, passages)

    def found_in(
        self, texts: Sequence[tuple[str, Locale]]
    ) -> Iterator[Sequence[LocatedTerm]]:
        """Give what was searched in each of some texts, in their order."""
        of_locale = {
            locale: iter(
                self.searched.locate(
                    [text for text, each in texts if each is locale], locale
                )
            )
            for locale in LOCALES
        }
        return (next(of_locale[locale]) for _, locale in texts)

    def best_passages(self, number: int) -> list[int]:
        if not self.query.max_passages:
            return []
        bounds = self.snapshot.starts[number : number + 2]
        start, stop = self.passages.numbers.searchsorted(bounds).tolist()
        worth = self.worth[start:stop]
        if self.query.max_passages == 1 and start < stop:
            return [int(self.passages.numbers[start + worth.argmax()])]
        order = np.argsort(-worth, kind="stable")[: self.query.max_passages]
        found: list[int] = self.passages.numbers[start + order].tolist()
        return found

    @cached_property
    def worth(self) -> Scores:
        """What each passage is worth to this reader."""
        own = LOCALES.index(self.query.locale)
        is_own = self.snapshot.locale_of.take(self.passages.numbers) == own
        return self.passages.scores * np.where(is_own, OWN_LOCALE_WORTH, 1)
