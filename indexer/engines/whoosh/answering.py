"""From what matched to one page of results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.highlighting import SearchedWords, excerpt, mark
from indexer.engines.whoosh.counting import count_facets, facet_masks
from indexer.engines.whoosh.explaining import Explainer
from indexer.engines.whoosh.impacts import Impact
from indexer.engines.whoosh.matching import Matcher
from indexer.engines.whoosh.rewriting import searched_words
from indexer.engines.whoosh.snapshot import LOCALES, Snapshot
from indexer.errors import PageOutOfRangeError
from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from indexer.model.query import Expansion, Node, Query, Sort
from indexer.model.results import Hit, Relaxation, ResultPage, Snippet

OWN_LOCALE_WORTH = 2
"""Of two passages that show the same, a reader is shown the one that can be read."""

BEST_PASSAGE_WORTH = 0.4
"""Words that stand together say more than the same words pages apart."""

PAGE_WORTH = 0.5
"""Pages about the service name what it holds as examples: they come after it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was matched for a query in the end, and how it came to be that."""

    root: Node | None
    impact: Impact
    asked_total: int
    relaxed: tuple[Relaxation, ...] = ()
    expansions: tuple[Expansion, ...] = ()


def result_page(
    snapshot: Snapshot, matcher: Matcher, query: Query, found: Found
) -> ResultPage:
    """Filter, count, sort, and show one page of what matched.

    Raises:
        PageOutOfRangeError: the page asked for is after the last.
    """
    matching = np.zeros(snapshot.record_count, np.bool_)
    matching[found.impact.records] = True
    masks = facet_masks(snapshot, query.filters)
    facets = count_facets(snapshot, matching, masks, query.filters)
    for facet_mask in masks.values():
        matching &= facet_mask
    passages = _in_chosen_locales(snapshot, query, found.impact)
    scores = _record_scores(snapshot, found.impact, passages)
    ordered = _sorted(snapshot, query, np.flatnonzero(matching), scores)
    pages = max(1, -(-len(ordered) // query.page_size))
    if query.page > pages:
        raise PageOutOfRangeError(query.page, pages)
    start = (query.page - 1) * query.page_size
    shown = found.root if query.max_passages else None
    page = _Page(
        snapshot,
        query,
        scores,
        passages,
        searched_words(shown),
        Explainer(snapshot, matcher, shown, query.locale, found.expansions),
    )
    return ResultPage(
        total=len(ordered),
        page=query.page,
        pages=pages,
        hits=tuple(
            page.hit(int(number)) for number in ordered[start : start + query.page_size]
        ),
        facets=facets,
        relaxed=found.relaxed,
        asked_total=found.asked_total,
        expansions=found.expansions,
    )


def _in_chosen_locales(
    snapshot: Snapshot, query: Query, impact: Impact
) -> NDArray[np.float32]:
    """Give the score of each passage; 0 for those of a language that is not wanted."""
    chosen = {each.value for each in query.filters if each.facet is FacetName.LOCALE}
    passages = np.zeros(snapshot.document_count, np.float32)
    passages[impact.passages] = impact.passage_scores
    if chosen:
        codes = [code for code, locale in enumerate(LOCALES) if locale in chosen]
        passages[~np.isin(snapshot.locale_of, codes)] = 0
    return passages


def _record_scores(
    snapshot: Snapshot, impact: Impact, passages: NDArray[np.float32]
) -> NDArray[np.float32]:
    scores = np.zeros(snapshot.record_count, np.float32)
    scored = np.flatnonzero(passages)
    np.maximum.at(scores, snapshot.record_of[scored], passages[scored])
    scores *= BEST_PASSAGE_WORTH
    scores[impact.records] += impact.record_scores
    scores[snapshot.is_page] *= PAGE_WORTH
    return scores


def _sorted(
    snapshot: Snapshot,
    query: Query,
    found: NDArray[np.intp],
    scores: NDArray[np.float32],
) -> NDArray[np.intp]:
    has_words = query.root is not None
    sort = query.sort if has_words or query.sort is not Sort.RELEVANCE else Sort.NEWEST
    titles = snapshot.title_ranks[query.locale][found]
    if sort is Sort.RELEVANCE:
        return found[np.lexsort((titles, -scores[found]))]
    if sort is Sort.TITLE:
        return found[np.argsort(titles)]
    return found[np.lexsort((titles, -snapshot.date_ranks[found]))]


@dataclass(frozen=True, slots=True)
class _Page:
    """What the hits of one page are made from."""

    snapshot: Snapshot
    query: Query
    scores: NDArray[np.float32]
    passages: NDArray[np.float32]
    searched: SearchedWords
    explainer: Explainer

    def hit(self, number: int) -> Hit:
        entry = self.snapshot.entries[number]
        locale, edition = entry.edition(self.query.locale)
        return Hit(
            id=entry.id,
            locale=locale,
            title=mark(edition.title, locale, self.searched),
            summary=mark(edition.summary, locale, self.searched),
            score=round(float(self.scores[number]), 4),
            snippets=tuple(self.snippet(each) for each in self.best_passages(number)),
            reasons=self.explainer.reasons(number),
        )

    def best_passages(self, number: int) -> list[int]:
        documents = self.snapshot.passages_of[number]
        found = documents[self.passages[documents] > 0]
        own = LOCALES.index(self.query.locale)
        is_own = self.snapshot.locale_of[found] == own
        worth = self.passages[found] * np.where(is_own, OWN_LOCALE_WORTH, 1)
        order = np.argsort(-worth, kind="stable")[: self.query.max_passages]
        return [int(document) for document in found[order]]

    def snippet(self, document: int) -> Snippet:
        locale: Locale = LOCALES[self.snapshot.locale_of[document]]
        stored = self.snapshot.passage(document)
        return Snippet(
            excerpt=excerpt(stored["text"], locale, self.searched),
            locale=locale,
            heading=stored["heading"],
            anchor=stored["anchor"],
            page=stored["page"],
        )
