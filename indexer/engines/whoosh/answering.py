"""From what matched to one page of results."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.highlighting import SearchedWords, excerpt, mark
from indexer.engines.whoosh.counting import count_facets, facet_masks
from indexer.engines.whoosh.matching import Matches
from indexer.engines.whoosh.rewriting import searched_words
from indexer.engines.whoosh.snapshot import LOCALES, Snapshot
from indexer.errors import PageOutOfRangeError
from indexer.model.facets import FacetName
from indexer.model.ids import Kind
from indexer.model.query import Node, Query, Sort
from indexer.model.results import Hit, Relaxation, ResultPage, Snippet

OWN_LOCALE_WORTH = 2
"""Of two passages that show the same, a reader is shown the one that can be read."""

PAGE_WORTH = 0.5
"""Pages about the service name what it holds as examples: they come after it."""


def result_page(
    snapshot: Snapshot,
    query: Query,
    root: Node | None,
    matches: Matches,
    relaxed: tuple[Relaxation, ...],
) -> ResultPage:
    """Filter, count, sort, and show one page of what matched.

    Raises:
        PageOutOfRangeError: the page asked for is after the last.
    """
    masks = facet_masks(snapshot, query.filters)
    facets = count_facets(snapshot, matches.mask, masks, query.filters)
    mask = matches.mask.copy()
    for facet_mask in masks.values():
        mask &= facet_mask
    passages = _in_chosen_locales(snapshot, query, matches.passages)
    scores = _record_scores(snapshot, matches, passages)
    found = _sorted(snapshot, query, np.flatnonzero(mask), scores)
    pages = max(1, -(-len(found) // query.page_size))
    if query.page > pages:
        raise PageOutOfRangeError(query.page, pages)
    start = (query.page - 1) * query.page_size
    searched = searched_words(root if query.max_passages else None)
    return ResultPage(
        total=len(found),
        page=query.page,
        pages=pages,
        hits=tuple(
            _hit(snapshot, int(number), query, scores, passages, searched)
            for number in found[start : start + query.page_size]
        ),
        facets=facets,
        relaxed=relaxed,
    )


def _in_chosen_locales(
    snapshot: Snapshot, query: Query, passages: NDArray[np.float32]
) -> NDArray[np.float32]:
    chosen = {each.value for each in query.filters if each.facet is FacetName.LOCALE}
    if not chosen:
        return passages
    codes = [code for code, locale in enumerate(LOCALES) if locale in chosen]
    return np.where(np.isin(snapshot.locale_of, codes), passages, 0).astype(np.float32)


def _record_scores(
    snapshot: Snapshot, matches: Matches, passages: NDArray[np.float32]
) -> NDArray[np.float32]:
    best = np.zeros(snapshot.record_count, np.float32)
    scored = np.flatnonzero(passages)
    np.maximum.at(best, snapshot.record_of[scored], passages[scored])
    worth = np.fromiter(
        (PAGE_WORTH if each.id.kind is Kind.PAGE else 1 for each in snapshot.entries),
        np.float32,
        snapshot.record_count,
    )
    return (matches.heads + best) * worth


def _sorted(
    snapshot: Snapshot,
    query: Query,
    found: NDArray[np.intp],
    scores: NDArray[np.float32],
) -> NDArray[np.intp]:
    has_words = query.root is not None
    sort = query.sort if has_words or query.sort is not Sort.RELEVANCE else Sort.NEWEST
    entries = snapshot.entries
    titles = {int(n): entries[n].edition(query.locale)[1].folded_title for n in found}
    if sort is Sort.RELEVANCE:
        order = sorted(
            found.tolist(), key=lambda n: (-scores[n], titles[n], entries[n].id)
        )
    elif sort is Sort.TITLE:
        order = sorted(found.tolist(), key=lambda n: (titles[n], entries[n].id))
    else:
        order = sorted(found.tolist(), key=lambda n: (titles[n], entries[n].id))
        order.sort(key=lambda n: entries[n].date, reverse=True)
    return np.array(order, np.intp)


def _hit(  # what a hit is made of
    snapshot: Snapshot,
    number: int,
    query: Query,
    scores: NDArray[np.float32],
    passages: NDArray[np.float32],
    searched: SearchedWords,
) -> Hit:
    entry = snapshot.entries[number]
    locale, edition = entry.edition(query.locale)
    documents = snapshot.passages_of[number]
    found = documents[passages[documents] > 0]
    is_own = snapshot.locale_of[found] == LOCALES.index(query.locale)
    worth = passages[found] * np.where(is_own, OWN_LOCALE_WORTH, 1)
    best = found[np.argsort(-worth, kind="stable")][: query.max_passages]
    return Hit(
        id=entry.id,
        locale=locale,
        title=mark(edition.title, locale, searched),
        summary=mark(edition.summary, locale, searched),
        score=round(float(scores[number]), 4),
        snippets=tuple(_snippet(snapshot, int(n), searched) for n in best),
    )


def _snippet(snapshot: Snapshot, document: int, searched: SearchedWords) -> Snippet:
    locale = LOCALES[snapshot.locale_of[document]]
    stored = snapshot.passage(document)
    return Snippet(
        excerpt=excerpt(stored["text"], locale, searched),
        locale=locale,
        heading=stored["heading"],
        anchor=stored["anchor"],
        page=stored["page"],
    )
