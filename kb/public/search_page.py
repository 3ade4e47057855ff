"""Fetches all that the page of results shows: results, suggestions, corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import request
from werkzeug.datastructures import MultiDict

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from indexer.model.results import Hit, ResultPage, Suggestion
from kb.public.kind_tabs import listed_query
from kb.public.search_view import (
    MAX_SIMILAR_NAMES,
    MAX_TERMS,
    NoResultsHelp,
    SearchView,
    TermStrip,
    search_view,
    similar_names,
)
from kb.public.theme import themes_in_order
from kb.services import services
from kb.services.zero_result_counter import count_zero_results
from kb.web.facet_values import vocabulary_of
from kb.web.match_reasons import content_words
from kb.web.page_content import page_content
from kb.web.request_query import query_from
from kb.web.theme_looks import ThemeLook, theme_look
from kb.web.urls import record_url

MIN_LETTERS = 3


def search_page(args: MultiDict[str, str]) -> SearchView:
    """Search for the parameters of an address, and return the view of the results.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        PageOutOfRangeError: the page asked for is after the last.
        IndexUnavailableError: there is no index to search.
    """
    here, content = services(), page_content()
    query = query_from(
        args, vocabulary_of(content.corpus), locale=content.locale, max_passages=1
    )
    listed, results = listed_results(query)
    lists_terms = listed.filters == query.filters
    count_zero_results(here, query, results, address=request.remote_addr or "")
    no_results_help = None if results.total else _no_results_help(query)
    terms = () if lists_terms else _term_hits(query, results)
    return search_view(
        query, results, content, TermStrip(lists_terms, terms), no_results_help
    )


def listed_results(query: Query) -> tuple[Query, ResultPage]:
    """Return the query of the list, and its page of results.

    Where nothing but glossary terms matches, the terms are the results.

    Raises:
        PageOutOfRangeError: the page asked for is after the last.
        IndexUnavailableError: there is no index to search.
    """
    searches, listed = services().searches, listed_query(query)
    results = searches.search(listed)
    if not results.total and listed.filters != query.filters:
        listed = replace(listed, filters=query.filters)
        results = searches.search(listed)
    return listed, results


def _term_hits(query: Query, results: ResultPage) -> tuple[Hit, ...]:
    """Return the first glossary terms that match, for the strip above the results."""
    counts = {each.value: each.count for each in results.facets[FacetName.KIND]}
    if not counts.get(Kind.TERM) or query.filters or query.page > 1:
        return ()
    filters = (Filter(FacetName.KIND, Kind.TERM.value),)
    terms = replace(
        query, filters=filters, page_size=MAX_TERMS, max_passages=0, is_grouped=True
    )
    return services().searches.search(terms).hits


def _no_results_help(query: Query) -> NoResultsHelp:
    unfiltered = None
    if query.filters:
        wider = replace(query, filters=(), page=1, page_size=1, max_passages=0)
        unfiltered = services().searches.search(wider).total
    suggestions = _suggestions(query.text, query.locale)
    return NoResultsHelp(
        unfiltered, similar_names(suggestions, query.locale), _themes()
    )


def _themes() -> tuple[tuple[ThemeLook, str], ...]:
    content = page_content()
    looks = (
        (theme_look((theme.id.slug,), content.corpus, content.locale), theme.id)
        for theme in themes_in_order(content.corpus)
    )
    return tuple(
        (look, record_url(theme, content.locale))
        for look, theme in looks
        if look is not None
    )


def _suggestions(text: str, locale: Locale) -> Iterator[Suggestion]:
    """Yield suggestions for the whole text, then for each of its words."""
    searches = services().searches
    yield from searches.suggest(text, locale, limit=MAX_SIMILAR_NAMES)
    for word in content_words(text):
        if len(word) >= MIN_LETTERS:
            yield from searches.suggest(word, locale, limit=MAX_SIMILAR_NAMES)
