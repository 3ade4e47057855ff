"""Fetches all that the page of results shows: results, suggestions, corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import request
from werkzeug.datastructures import MultiDict

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query
from indexer.model.records import Record
from indexer.model.results import ResultPage, Suggestion
from indexer.query_language.query_reader import read_query
from kb.public.search.query_words import KeptWord, is_question, kept_words, typed_words
from kb.public.search.results import is_weak
from kb.public.search.start import search_start
from kb.public.search.terms import near_records, terms_of_query
from kb.public.search.view import (
    MAX_SIMILAR_NAMES,
    NoResultsHelp,
    SearchParts,
    SearchView,
    search_view,
    similar_names,
)
from kb.services import services
from kb.services.search_counter import count_search
from kb.web.page_content import PageContent, page_content
from kb.web.records.match_reasons import content_words
from kb.web.records.record_groups import themes_in_order
from kb.web.records.theme_looks import ThemeLook, theme_look
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.listed_results import listed_query, listed_results
from kb.web.search.request_query import query_from
from kb.web.urls import record_url

MIN_LETTERS = 3

MAX_COUNTED_WORDS = 4
"""Of a query with more words, the results without each word are not counted."""


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
    count_search(here, query, results, address=request.remote_addr or "")
    words = typed_words(query, results)
    weak = is_weak(
        results,
        len(content.corpus.records),
        query.sort,
        is_filtered=bool(query.filters),
    )
    terms = () if lists_terms else _terms(query, results, content)
    parts = SearchParts(
        words=words,
        kept=_kept_words(query, results, words),
        lists_terms=lists_terms,
        terms=terms,
        near=near_records(query, results, terms, content),
        help=None
        if results.exact_total
        else _no_results_help(query, results, weak=weak),
        is_weak=weak,
        start=search_start(query, results, content),
    )
    return search_view(query, results, content, parts)


def _terms(
    query: Query, results: ResultPage, content: PageContent
) -> tuple[Record, ...]:
    """Return the glossary terms to show above the results."""
    if query.page > 1 or query.filters:
        return ()
    return terms_of_query(query, results.expansions, content.corpus)


def _kept_words(
    query: Query, results: ResultPage, words: tuple[str, ...]
) -> tuple[KeptWord, ...]:
    """Return the words to offer for removal: of a question, or without exact match."""
    if results.exact_total and not is_question(query, words):
        return ()
    kept = kept_words(query, words)
    if results.exact_total or len(kept) > MAX_COUNTED_WORDS:
        return kept
    return tuple(replace(each, count=_exact_total(query, each)) for each in kept)


def _exact_total(query: Query, word: KeptWord) -> int:
    """Return how many records match all the words but one."""
    vocabulary = vocabulary_of(services().corpus)
    others = read_query(word.others, vocabulary.resolve, locale=query.locale)
    counted = listed_query(replace(query, text=word.others, root=others.root))
    return services().searches.exact_total(counted)


def _no_results_help(query: Query, results: ResultPage, *, weak: bool) -> NoResultsHelp:
    if results.total and not weak:
        return NoResultsHelp(None, (), _themes())
    unfiltered = None
    if query.filters and not results.total:
        wider = replace(query, filters=(), page=1, page_size=1, max_passages=0)
        unfiltered = services().searches.search(wider).total
    suggestions = [
        each
        for each in _suggestions(query.text, query.locale)
        if not weak or _is_subject(each)
    ]
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


def _is_subject(suggestion: Suggestion) -> bool:
    target = suggestion.target
    return isinstance(target, RecordId) and target.kind in {Kind.TERM, Kind.THEME}


def _suggestions(text: str, locale: Locale) -> Iterator[Suggestion]:
    """Yield suggestions for the whole text, then for each of its words."""
    searches = services().searches
    yield from searches.suggest(text, locale, limit=MAX_SIMILAR_NAMES)
    for word in content_words(text):
        if len(word) >= MIN_LETTERS:
            yield from searches.suggest(word, locale, limit=MAX_SIMILAR_NAMES)
