"""The search engine in memory, behind the interface of `engines/base.py`."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indexer.engines.base import IndexState, IndexStatus, StoredGeneration
from indexer.errors import IndexUnavailableError
from indexer.lexicon.lexicon import Lexicon, shipped_table
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion
from indexer.model.word_links import NO_LINKS, WordLinks
from indexer.search.query_rewriting import named_records
from indexer.search.relaxation import Relaxer
from indexer.search.suggester import Suggester
from tests.support.memory_engine.analyzed_record import AnalyzedRecord
from tests.support.memory_engine.memory_page import memory_page
from tests.support.memory_engine.record_scorer import ScanMatcher, TermScorer
from tests.support.memory_engine.record_vocabulary import RecordVocabulary


class MemoryEngine:
    """Indexes and searches records in the memory of this process.

    Nothing is stored on disk. A search reads every record, so that the code is short:
    this engine is the oracle of the others.
    """

    def __init__(self) -> None:
        self._index: _Index | None = None
        self._lock = threading.RLock()
        self._changes = 0
        self.is_followed = False
        self.is_warm = False

    @property
    def generation(self) -> str:
        """The name of the index in use; empty before the first."""
        return self._index.name if self._index is not None else ""

    def stored_generation(self) -> StoredGeneration | None:
        """Return the index in use."""
        index = self._index
        if index is None:
            return None
        return StoredGeneration(index.name, index.written_at)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock of the writer; another thread waits for it without limit."""
        with self._lock:
            yield

    def rebuild(
        self, records: Iterable[IndexedRecord], *, links: WordLinks = NO_LINKS
    ) -> None:
        """Replace the index by one of these records."""
        with self._lock:
            self._replace({each.id: AnalyzedRecord.of(each) for each in records}, links)

    def upsert(
        self,
        records: Iterable[IndexedRecord],
        *,
        delete: Collection[RecordId] = (),
        links: WordLinks | None = None,
    ) -> None:
        """Add, replace and remove records in one change."""
        with self._lock:
            before = self._current()
            changed = {each.id: AnalyzedRecord.of(each) for each in records}
            removed = {*delete, *changed}
            others = {i: r for i, r in before.records.items() if i not in removed}
            self._replace(others | changed, before.links if links is None else links)

    def status(self) -> IndexStatus:
        """Return the state of the index."""
        index = self._index
        if index is None:
            return IndexStatus(IndexState.MISSING)
        fingerprints = {i: r.record.fingerprint for i, r in index.records.items()}
        return IndexStatus(
            IndexState.READY, index.name, fingerprints, links=index.links
        )

    def refresh(self, *, is_patient: bool = False) -> bool:  # noqa: ARG002
        """Return False: a change is in use as soon as it is made."""
        return False

    def warm_up(self) -> None:
        """Do nothing but note the call: searches have little to compute in advance."""
        self.is_warm = True

    def search(self, query: Query) -> ResultPage:
        """Return a page of results."""
        return self._current().search(query)

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text."""
        return self._current().suggester.suggest(text, locale, limit=limit)

    def _replace(
        self, records: Mapping[RecordId, AnalyzedRecord], links: WordLinks
    ) -> None:
        self._changes += 1
        self._index = _Index(f"memory-{self._changes}", records, links, time.time())

    def _current(self) -> _Index:
        if self._index is None:
            raise IndexUnavailableError(Path("memory"), "there is no index")
        return self._index


@dataclass(frozen=True)
class _Index:
    """One generation of the index."""

    name: str
    records: Mapping[RecordId, AnalyzedRecord]
    links: WordLinks
    written_at: float

    def search(self, query: Query) -> ResultPage:
        matcher = ScanMatcher(self._scorer, query.locale)
        match = self._relaxer.search(query, matcher)
        named = named_records(
            query, self.suggester.named(match.texts(query.text), query.locale)
        )
        return memory_page(self.records, matcher, query, match, named)

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(record.entry for record in self._scorer.records)

    @cached_property
    def _scorer(self) -> TermScorer:
        # A record without an edition has no words: no search finds it.
        return TermScorer([each for each in self.records.values() if each.parts])

    @cached_property
    def _relaxer(self) -> Relaxer:
        terms = (
            record.entry
            for record in self._scorer.records
            if record.record.id.kind is Kind.TERM
        )
        lexicon = Lexicon(self.links, shipped_table())
        return Relaxer(terms, lexicon, RecordVocabulary(self._scorer))
