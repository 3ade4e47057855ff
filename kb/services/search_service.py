"""Searches and suggestions, limited to the records that visitors may see."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from operator import attrgetter

from cachetools import LRUCache, cachedmethod

from indexer.corpus.corpus import Corpus
from indexer.engines.base import SearchEngine
from indexer.model.facets import Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.query import CloseRecord, Query
from indexer.model.record import Record
from indexer.model.results import Hit, ResultPage, Suggestion
from indexer.pipeline import record_version
from indexer.search.query_rewriting import with_curations
from indexer.search.rank_fusion import FindClose, with_close_records, with_neighbours
from kb.services.typed_suggestions import suggested_days, suggested_questions

MAX_CACHED_PAGES = 256
MAX_CACHED_HITS = 50
MAX_RECORDS = 1_000_000
"""More than any index holds: the page of this size has all records."""


def all_ids(query: Query) -> Query:
    """Return the query whose only page has the ids of all records that match."""
    return replace(query, page=1, page_size=MAX_RECORDS, max_passages=0, only_ids=True)


def visible_hits(
    hits: Iterable[Hit], records: Mapping[RecordId, Record]
) -> Iterator[tuple[Hit, Record]]:
    """Yield each hit with its record, without the hits of withdrawn records.

    An index that could not be updated still contains what was withdrawn.
    """
    return ((hit, records[hit.id]) for hit in hits if hit.id in records)


def no_close_records(
    text: str,  # noqa: ARG001
    reader: Locale,  # noqa: ARG001
    *,
    only_foreign: bool = False,  # noqa: ARG001
) -> tuple[CloseRecord, ...]:
    """Return no record: the search has words only."""
    return ()


class SearchService:
    """Answers queries; recent result pages are cached until the index changes."""

    def __init__(
        self,
        engine: SearchEngine,
        corpus: Callable[[], Corpus],
        *,
        is_copy: bool = False,
        close_records: FindClose = no_close_records,
    ) -> None:
        """Search with an engine, and show the records of a corpus.

        `close_records` returns the records close in meaning to a text, for a reader.

        With `is_copy`, another machine indexes records that may reach the corpus later
        or sooner: hits of a record in another version are left out.
        """
        self._engine = engine
        self._is_copy = is_copy
        self.close_records = close_records
        self._corpus = corpus
        self._pages: LRUCache[tuple[str, Query], ResultPage] = LRUCache(
            MAX_CACHED_PAGES
        )
        self._lock = threading.Lock()

    @property
    def generation(self) -> str:
        """The generation of the index that answers."""
        return self._engine.generation

    def search(self, query: Query) -> ResultPage:
        """Return a page of results, without withdrawn records.

        Raises:
            PageOutOfRangeError: the page asked for is after the last.
            IndexUnavailableError: there is no index to search.
        """
        asked = with_close_records(query, self.close_records)
        page = self._search(asked)
        if asked.close or not page.part_counts or any(page.part_counts.values()):
            return page
        # Words find nothing, whatever the filters: meaning may, also of one word.
        short = with_close_records(query, self.close_records, least_words=1)
        return self._search(short) if short.close else page

    def _search(self, query: Query) -> ResultPage:
        corpus = self._corpus()
        query = with_neighbours(query, corpus.neighbours)
        query = with_curations(query, corpus.curations)
        if not query.is_exact:
            query = replace(query, last=corpus.only_mentioned)
        if query.only_ids and not self._is_copy:
            return self._with_visible_ids(self._engine.search(query))
        shown = replace(query, only_ids=False)  # of a hit, the version is compared
        is_small = query.page_size <= MAX_CACHED_HITS
        page = self._cached_page(shown) if is_small else self._engine.search(shown)
        visible = visible_hits(page.hits, self._corpus().records)
        hits = tuple(
            hit for hit, record in visible if not self._is_other_version(hit, record)
        )
        if query.only_ids:
            ids = tuple(hit.id for hit in hits)
            partial = frozenset(hit.id for hit in hits if hit.is_partial)
            return replace(page, hits=(), ids=ids, partial_ids=partial)
        return page if len(hits) == len(page.hits) else replace(page, hits=hits)

    def _with_visible_ids(self, page: ResultPage) -> ResultPage:
        records = self._corpus().records
        ids = tuple(record for record in page.ids if record in records)
        return replace(page, ids=ids)

    def exact_total(self, query: Query) -> int:
        """Return how many records match all words of a query, without encoding it.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        counted = replace(query, page=1, page_size=1, max_passages=0)
        counted = with_curations(counted, self._corpus().curations)
        return self._cached_page(counted).exact_total

    def _is_other_version(self, hit: Hit, record: Record) -> bool:
        if not self._is_copy or not hit.version:
            return False
        return hit.version != record_version(record)

    @cachedmethod(
        attrgetter("_pages"),
        key=lambda self, query: (self.generation, query),
        lock=attrgetter("_lock"),
    )
    def _cached_page(self, query: Query) -> ResultPage:
        return self._engine.search(query)

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return what a visitor may be typing.

        That is the name of a place or of a visible record, the day of an event, or a
        question of a record.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        corpus = self._corpus()
        suggestions = chain(
            suggested_days(text, locale, corpus),
            self._engine.suggest(text, locale, limit=limit),
            suggested_questions(text, locale, corpus),
        )
        chosen: dict[RecordId | Filter, Suggestion] = {}
        for each in suggestions:
            if isinstance(each.target, Filter) or each.target in corpus.records:
                chosen.setdefault(each.target, each)
            if len(chosen) == limit:
                break
        return tuple(chosen.values())
