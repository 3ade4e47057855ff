"""Searches and suggestions of one snapshot."""

from __future__ import annotations

from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.result_page import result_page
from indexer.engines.whoosh.search.scoring import TermScores
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.engines.whoosh.search.vocabulary import SnapshotVocabulary
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion
from indexer.search.relaxation import Relaxer
from indexer.search.suggester import Suggester


class Searcher:
    """Answers queries from one snapshot; safe among threads."""

    def __init__(self, snapshot: Snapshot, before: Searcher | None = None) -> None:
        """Search a snapshot.

        Args:
            snapshot: the snapshot.
            before: the searcher of the previous snapshot, whose suggestions are used
                until `renew_suggestions`.
        """
        self.snapshot = snapshot
        self.suggester: Suggester | None = before.suggester if before else None
        self._scores = TermScores(snapshot)
        self._tables = FacetTables(snapshot.columns, snapshot.record_count)
        self._vocabulary = SnapshotVocabulary(snapshot, self._scores)
        self._relaxer = Relaxer.of(
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
        return result_page(self.snapshot, self._tables, matcher, query, match)

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return names that complete a text."""
        if self.suggester is None:
            self.suggester = Suggester(self.snapshot.entries)
        return self.suggester.suggest(text, locale, limit=limit)

    def warm_up(self) -> None:
        """Compute now what the first searches would compute."""
        _ = self.snapshot.title_ranks, self.snapshot.date_ranks
        self._vocabulary.warm_up()
        self._scores.warm_up()

    def renew_suggestions(self) -> None:
        """Index the names of this snapshot for suggestions."""
        self.suggester = Suggester(self.snapshot.entries)
