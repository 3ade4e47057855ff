"""Finds records similar to one, by the words of its titles and summaries."""

import threading
from collections.abc import Iterator
from operator import attrgetter

from cachetools import LRUCache, cachedmethod

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.tokens import tokenize
from indexer.model.edition import Edition
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import And, FilterNode, MinimumMatch, Not, Query, Word
from indexer.model.record import Record
from kb.services.search_service import SearchService

MAX_CACHED_RECORDS = 2000
MAX_WORDS = 40
MAX_SIMILAR = 40
"""More than a page shows, since it already links many of the most similar records."""

MIN_SHARED_FRACTION = 4
"""A similar record shares one in this many words: fewer are shared by chance."""

MIN_RELATIVE_SCORE = 0.13
"""The lowest score of a similar record, relative to that of the record itself."""


class SimilarRecords:
    """Finds similar records, and caches their ids until the index changes."""

    def __init__(self, searches: SearchService) -> None:
        self._searches = searches
        self._ids: LRUCache[tuple[str, RecordId, Locale], tuple[RecordId, ...]] = (
            LRUCache(MAX_CACHED_RECORDS)
        )
        self._lock = threading.Lock()

    @cachedmethod(
        attrgetter("_ids"),
        key=lambda self, record, locale: (self._searches.generation, record.id, locale),
        lock=attrgetter("_lock"),
    )
    def find(self, record: Record, locale: Locale) -> tuple[RecordId, ...]:
        """Return the ids of similar records, the most similar first; none for a page.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        return self.find_uncached(record, locale)

    def find_uncached(self, record: Record, locale: Locale) -> tuple[RecordId, ...]:
        """Return what `find` returns, for a draft that is not published.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        words = () if record.id.kind is Kind.PAGE else _words(record)
        if not words:
            return ()
        hits = self._searches.search(_query(record, words, locale)).hits
        own = next((hit.score for hit in hits if hit.id == record.id), 0.0)
        return tuple(
            hit.id
            for hit in hits
            if hit.id != record.id and hit.score >= MIN_RELATIVE_SCORE * own
        )


def _query(record: Record, words: tuple[Word, ...], locale: Locale) -> Query:
    # A word and its equivalent in the other edition are one: at least two are shared.
    shared = max(1 + len(record.editions), len(words) // MIN_SHARED_FRACTION)
    no_pages = Not(FilterNode(Filter(FacetName.KIND, Kind.PAGE.value)))
    return Query(
        root=And((MinimumMatch(min(shared, len(words)), words), no_pages)),
        locale=locale,
        page_size=MAX_SIMILAR,
        max_passages=0,
        is_exact=True,
    )


def _words(record: Record) -> tuple[Word, ...]:
    """Return the distinctive words of a record, as many of each language."""
    limit = MAX_WORDS // len(record.editions)
    return tuple(
        word
        for edition in record.editions
        for word in tuple(dict.fromkeys(_edition_words(edition)))[:limit]
    )


def _edition_words(edition: Edition) -> Iterator[Word]:
    """Yield the first word of each stem, without stop words, numbers and letters."""
    stems: set[str] = set()
    for text in (edition.title, *edition.variants, edition.summary):
        for token in tokenize(text):
            stem = word_forms(token.text, edition.locale)[0]
            is_common = any(is_stop_word(token.text, locale) for locale in Locale)
            is_word = token.text.isalpha() and len(token.text) > 1
            if is_word and not is_common and stem not in stems:
                stems.add(stem)
                yield Word(token.text, locale=edition.locale)
