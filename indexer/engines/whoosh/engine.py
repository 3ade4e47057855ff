"""The search engine on Whoosh, behind the interface of `engines/base.py`.

Only an index of the same version is opened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import Stemmer
import whoosh

from indexer.engines.base import IndexState, IndexStatus, StoredGeneration
from indexer.engines.signatures import engine_code_digest
from indexer.engines.stored_json import (
    LINKS_FILE,
    read_links,
    write_equivalents,
    write_links,
)
from indexer.engines.whoosh import index
from indexer.engines.whoosh.generations import Generation, Generations
from indexer.engines.whoosh.index.index_writer import (
    change_index,
    create_index,
    erase_deleted,
)
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import RecordMatcher, SnapshotVocabulary
from indexer.engines.whoosh.search.result_page import result_page
from indexer.engines.whoosh.search.scoring import TermScores
from indexer.engines.whoosh.search.snapshot import Snapshot, open_snapshot
from indexer.errors import IndexUnavailableError, IndexWriteError
from indexer.lexicon.expansion import Thesaurus
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.problems import Notify
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion
from indexer.model.word_links import NO_LINKS, WordLinks
from indexer.search.query_rewriting import named_records
from indexer.search.relaxation import Relaxer
from indexer.search.suggester import Suggester


class Searcher:
    """Answers queries from one snapshot; safe among threads."""

    def __init__(self, snapshot: Snapshot, before: Searcher | None = None) -> None:
        """Search a snapshot; what the same terms made for `before` is used again."""
        self.snapshot = snapshot
        self._terms = snapshot.terms
        self._thesaurus: Thesaurus
        if before is not None and before._terms == self._terms:  # noqa: SLF001
            self._thesaurus = before._thesaurus  # noqa: SLF001  # of this class
        else:
            self._thesaurus = Thesaurus(self._terms)
        self._scores = TermScores(snapshot)
        self._tables = FacetTables(snapshot.columns, snapshot.record_count)
        self._vocabulary = SnapshotVocabulary(snapshot, self._scores)
        self._relaxer = Relaxer(
            self._thesaurus,
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
        return Suggester(*self.snapshot.name_parts)


def _version() -> str:
    digest = engine_code_digest(Path(index.__file__).parent.glob("*.py"))
    release = ".".join(str(part) for part in whoosh.__version__)
    return f"whoosh-{release} snowball-{Stemmer.version()} code-{digest}"


VERSION = _version()


class WhooshEngine:
    """Searches the current generation of an index on disk, and writes new ones."""

    def __init__(self, directory: Path, key_file: Path, *, notify: Notify) -> None:
        self._generations = Generations(directory, key_file, notify=notify)
        self._searcher: Searcher | None = None
        self._verified: Generation | None = None
        self._attempted: str | None = None
        self._mark: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self.is_followed = False
        self.is_warm = False

    @property
    def generation(self) -> str:
        """The name of the generation that searches use; empty before the first."""
        return self._searcher.snapshot.generation if self._searcher is not None else ""

    def stored_generation(self) -> StoredGeneration | None:
        """Return the current generation without verifying it; None without an index."""
        name, mark = self._generations.current_name(), self._generations.mark()
        if name is None or mark is None:
            return None
        return StoredGeneration(name, mark[1] / 1e9)

    def exclusive(self) -> AbstractContextManager[None]:
        """Lock the index for writing during several calls."""
        return self._generations.writing()

    def rebuild(
        self, records: Iterable[IndexedRecord], *, links: WordLinks = NO_LINKS
    ) -> None:
        """Replace the index by one of all records and word links, and search it."""
        all_records = tuple(records)
        fingerprints = {str(record.id): record.fingerprint for record in all_records}
        with (
            self._generations.writing(),
            self._generations.new(VERSION, fingerprints) as folder,
        ):
            create_index(folder, all_records)
            write_links(folder, links)
            write_equivalents(folder)
        self._adopt()

    def upsert(
        self,
        records: Iterable[IndexedRecord],
        *,
        delete: Collection[RecordId] = (),
        links: WordLinks | None = None,
    ) -> None:
        """Add, replace and remove records in one change, and search the result."""
        changed = tuple(records)
        with self._generations.writing():
            base = self._verified = self._generations.load(self._verified)
            self._require_this_version(base)
            removed = {*delete, *(record.id for record in changed)}
            fingerprints = {
                key: value
                for key, value in base.fingerprints.items()
                if key not in {str(record_id) for record_id in removed}
            }
            fingerprints |= {str(record.id): record.fingerprint for record in changed}
            with self._generations.new(VERSION, fingerprints, base=base) as folder:
                change_index(folder, changed, removed)
                if links is not None:
                    write_links(folder, links)
        self._adopt()

    @property
    def has_replaced_texts(self) -> bool:
        """Whether files of the index may have texts of removed or replaced records."""
        return self._generations.has_earlier

    def erase_replaced_texts(self) -> None:
        """Remove texts of removed or replaced records from the files of the index."""
        with self._generations.writing():
            if not self.has_replaced_texts:
                return
            base = self._verified = self._generations.load(self._verified)
            self._require_this_version(base)
            if base.name != self._generations.current_name():
                # An earlier one still has the records that were removed since.
                raise IndexUnavailableError(self._generations.root, "it is damaged")
            with self._generations.new(VERSION, base.fingerprints, base=base) as folder:
                erase_deleted(folder)
            self._generations.remove_earlier()

    def _require_this_version(self, base: Generation) -> None:
        if base.version != VERSION:
            reason = "it was made by another version"
            raise IndexUnavailableError(self._generations.root, reason)

    def trial(
        self, records: Iterable[IndexedRecord]
    ) -> Callable[[Query], ResultPage] | None:
        """Return the search of the index as if records were written; it stays the same.

        The new segment is written into a folder that is deleted at once.
        """
        changed = tuple(records)
        removed = [record.id for record in changed]
        base = self._verified = self._generations.load(self._verified)
        generation = self._generations.altered(
            base, lambda folder: change_index(folder, changed, removed)
        )
        before = self._searcher
        snapshot = open_snapshot(generation, before.snapshot if before else None)
        return Searcher(snapshot, before).search

    def status(self) -> IndexStatus:
        """Return the state of the index, after verifying every byte of it."""
        current = self._generations.current_name()
        if current is None:
            return IndexStatus(IndexState.MISSING)
        try:
            generation = self._generations.verify(current, self._verified)
        except IndexUnavailableError as error:
            return IndexStatus(IndexState.DAMAGED, current, reason=error.reason)
        if self._verified is None or self._verified.name != generation.name:
            # The next change or refresh need not read all files again.
            self._verified = generation
        if generation.version != VERSION:
            return IndexStatus(IndexState.OUTDATED, current, reason=generation.version)
        fingerprints = {
            record_id: value
            for key, value in generation.fingerprints.items()
            if (record_id := RecordId.parse(key)) is not None
        }
        links = read_links(generation.files[LINKS_FILE])
        return IndexStatus(IndexState.READY, current, fingerprints, links=links)

    def refresh(self, *, is_patient: bool = False) -> bool:
        """Use the newest valid generation for searches, and return whether it is new.

        When no generation on disk is valid, the one in memory stays in use.
        """
        if not is_patient and self._is_at(self._generations.mark()):
            return False
        if not self._lock.acquire(blocking=is_patient or self._searcher is None):
            return False
        try:
            return self._open_newest()
        finally:
            self._lock.release()

    def warm_up(self) -> None:
        """Open the newest generation, and compute what its first searches need."""
        self.is_warm = True
        self.refresh()
        if self._searcher is not None:
            self._searcher.warm_up()

    def _open_newest(self) -> bool:
        mark = self._generations.mark()
        if self._is_at(mark):
            return False
        current, self._mark = self._generations.current_name(), mark
        before = self._searcher
        if before is not None and current in {None, self._attempted}:
            return False
        self._attempted = current
        try:
            generation = self._generations.load(self._verified)
        except IndexUnavailableError:
            return False
        self._verified = generation
        if generation.version != VERSION or generation.name == self.generation:
            return False
        snapshot = open_snapshot(generation, before.snapshot if before else None)
        searcher = Searcher(snapshot, before)
        if before is not None and self.is_warm:
            searcher.warm_up()
        self._searcher = searcher
        return True

    def _is_at(self, mark: object) -> bool:
        return self._searcher is not None and mark in {None, self._mark}

    def search(self, query: Query) -> ResultPage:
        """Return a page of results."""
        return self._open().search(query)

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text, the best first."""
        return self._open().suggester.suggest(text, locale, limit=limit)

    def _adopt(self) -> None:
        """Search the generation just written; raise when it can't be read back."""
        self.refresh(is_patient=True)
        if self._searcher is None or self.generation != self._attempted:
            reason = "the index cannot be read back"
            raise IndexWriteError(self._generations.root, reason)

    def _open(self) -> Searcher:
        if self._searcher is None or not self.is_followed:
            self.refresh()
        if self._searcher is None:
            raise IndexUnavailableError(self._generations.root, "there is no index")
        return self._searcher
