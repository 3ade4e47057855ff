"""The search engine on Whoosh: the five methods of `engines/base.py`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from indexer.engines.base import IndexState, IndexStatus
from indexer.engines.whoosh.answering import result_page
from indexer.engines.whoosh.generations import Generations
from indexer.engines.whoosh.matching import Matcher, Matches
from indexer.engines.whoosh.rewriting import any_of, without_stop_words
from indexer.engines.whoosh.snapshot import Snapshot, open_snapshot
from indexer.engines.whoosh.spelling import Speller
from indexer.engines.whoosh.suggesting import Suggester
from indexer.engines.whoosh.version import VERSION
from indexer.engines.whoosh.writing import change_index, create_index
from indexer.errors import IndexUnavailableError, IndexWriteError
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed import IndexedRecord
from indexer.model.query import And, Node, Query
from indexer.model.results import Relaxation, RelaxationStep, ResultPage, Suggestion


class WhooshEngine:
    """Searches the current generation of an index, and writes new ones."""

    def __init__(
        self, directory: Path, key_file: Path, *, notify: Callable[[str], None]
    ) -> None:
        self._generations = Generations(directory, key_file, notify=notify)
        self._snapshot: Snapshot | None = None
        self._opened: str | None = None
        self._spellers: dict[str, Speller] = {}
        self._suggesters: dict[str, Suggester] = {}
        self._lock = threading.Lock()

    @property
    def generation(self) -> str:
        """The name of the generation that answers; empty before there is one."""
        return self._snapshot.generation if self._snapshot is not None else ""

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the lock of the one writer, over several calls."""
        return self._generations.writing()

    def rebuild(self, records: Iterable[IndexedRecord]) -> None:
        """Make a new index of these records alone, then answer from it."""
        kept = tuple(records)
        fingerprints = {str(record.id): record.fingerprint for record in kept}
        with (
            self._generations.writing(),
            self._generations.new(VERSION, fingerprints) as folder,
        ):
            create_index(folder, kept)
        self._adopt()

    def upsert(
        self, records: Iterable[IndexedRecord], *, delete: Collection[RecordId] = ()
    ) -> None:
        """Add records, replace those that are there, and remove others, all at once."""
        changed = tuple(records)
        with self._generations.writing():
            base = self._generations.load()
            if base.version != VERSION:
                raise IndexUnavailableError(
                    self._generations.root, "another version made it"
                )
            removed = {*delete, *(record.id for record in changed)}
            fingerprints = {
                key: value
                for key, value in base.fingerprints.items()
                if key not in {str(record_id) for record_id in removed}
            }
            fingerprints |= {str(record.id): record.fingerprint for record in changed}
            with self._generations.new(VERSION, fingerprints, base=base) as folder:
                change_index(folder, changed, removed)
        self._adopt()

    def delete(self, ids: Collection[RecordId]) -> None:
        """Remove records."""
        self.upsert((), delete=ids)

    def status(self) -> IndexStatus:
        """Tell the state of the index, checking every byte of it."""
        current = self._generations.current_name()
        if current is None:
            return IndexStatus(IndexState.MISSING)
        try:
            generation = self._generations.verify(current)
        except IndexUnavailableError as error:
            return IndexStatus(IndexState.DAMAGED, current, reason=error.reason)
        if generation.version != VERSION:
            return IndexStatus(IndexState.OUTDATED, current, reason=generation.version)
        fingerprints = {
            record_id: value
            for key, value in generation.fingerprints.items()
            if (record_id := RecordId.parse(key)) is not None
        }
        return IndexStatus(IndexState.READY, current, fingerprints)

    def refresh(self) -> bool:
        """Answer from the newest good index; tell whether that changed anything.

        When the one on disk can't be trusted, the one in memory goes on answering.
        """
        current = self._generations.current_name()
        if self._snapshot is not None and current in {None, self._opened}:
            return False
        with self._lock:
            if self._snapshot is not None and current == self._opened:
                return False
            self._opened = current
            try:
                generation = self._generations.load()
            except IndexUnavailableError:
                return False
            is_same = self._snapshot and self._snapshot.generation == generation.name
            if generation.version != VERSION or is_same:
                return False
            self._snapshot = open_snapshot(generation)
            return True

    def search(self, query: Query) -> ResultPage:
        """Answer a query."""
        snapshot = self._open()
        root = without_stop_words(query.root) if query.root is not None else None
        matcher = Matcher(snapshot, query.locale)
        if root is not None:
            matches = matcher.match(root)
        else:
            # Signs without a word in them name nothing; an empty box names all.
            matches = matcher.nothing() if query.text else matcher.everything()
        relaxed: tuple[Relaxation, ...] = ()
        if root is not None and not matches.mask.any():
            root, matches, relaxed = self._relaxed(snapshot, root, query, matches)
        return result_page(snapshot, query, root, matches, relaxed)

    def _relaxed(
        self, snapshot: Snapshot, root: Node, query: Query, matches: Matches
    ) -> tuple[Node, Matches, tuple[Relaxation, ...]]:
        """Ask for something wider, step by step, until a record matches.

        First with the spelling mended, then for any of the words.
        """
        matcher = Matcher(snapshot, query.locale)
        steps: list[Relaxation] = []
        correction = self._speller(snapshot).correct(root, query.text, query.locale)
        if correction is not None:
            steps.append(Relaxation(RelaxationStep.SPELLING, correction.text))
            root = correction.root
            matches = matcher.match(root)
        if not matches.mask.any() and isinstance(root, And) and root.is_implicit:
            steps.append(Relaxation(RelaxationStep.ANY_WORD, query.text))
            root = any_of(root)
            matches = matcher.match(root)
        return root, matches, tuple(steps) if matches.mask.any() else ()

    def _speller(self, snapshot: Snapshot) -> Speller:
        speller = self._spellers.get(snapshot.generation)
        if speller is None:
            speller = Speller(snapshot)
            self._spellers = {snapshot.generation: speller}
        return speller

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Give names that the visitor may be typing: titles, terms and places."""
        return self._suggester(self._open()).suggest(text, locale, limit=limit)

    def _suggester(self, snapshot: Snapshot) -> Suggester:
        suggester = self._suggesters.get(snapshot.generation)
        if suggester is None:
            suggester = Suggester(snapshot.entries, snapshot.places)
            self._suggesters = {snapshot.generation: suggester}
        return suggester

    def _adopt(self) -> None:
        """Answer from what was just written; fail when it can't be read back."""
        self.refresh()
        if self._snapshot is None or self.generation != self._opened:
            reason = "what was written can't be read back"
            raise IndexWriteError(self._generations.root, reason)

    def _open(self) -> Snapshot:
        self.refresh()
        if self._snapshot is None:
            raise IndexUnavailableError(self._generations.root, "there is no index")
        return self._snapshot
