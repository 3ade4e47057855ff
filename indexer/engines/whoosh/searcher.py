"""Searches and suggestions of one snapshot."""

from __future__ import annotations

from functools import cached_property

from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.result_page import result_page
from indexer.engines.whoosh.search.scoring import TermScores
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.engines.whoosh.search.vocabulary import SnapshotVocabulary
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.results import ResultPage
from indexer.search.curation import named_records
from indexer.search.relaxation import Relaxer
from indexer.search.suggester import Suggester


class Searcher:
    """Answers queries from one snapshot; safe among threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._scores = TermScores(snapshot)
        self._tables = FacetTables(snapshot.columns, snapshot.record_count)
        self._vocabulary = SnapshotVocabulary(snapshot, self._scores)
        self._relaxer = Relaxer(
            snapshot.entries.of_kind(Kind.TERM),
            Lexicon(snapshot.links, snapshot.table),
            self._vocabulary,
        )

    def search(self, query: Query) -> ResultPage:
        """Return a page of results.

        Raises:
            PageOutOfRangeError: the requested page is after the last one.
        """
        matcher = RecordMatcher(self.snapshot, self._scores, self._tables, query.locale)
        match = self._relaxer.search(query, matcher)
        named = named_records(
            query, self.suggester.named(match.texts(query.text), query.locale)
        )
        return result_page(self.snapshot, self._tables, matcher, query, match, named)

    def warm_up(self) -> None:
        """Compute now what the first searches would compute."""
        snapshot = self.snapshot
        _ = snapshot.title_ranks, snapshot.date_ranks, snapshot.number_of
        self._vocabulary.warm_up()
        self._scores.warm_up()
        _ = self.suggester

    @cached_property
    def suggester(self) -> Suggester:
        """The names of this snapshot, indexed for suggestions."""
        return Suggester(self.snapshot.entries)
