"""The corpus, kept in step with the index by a thread or by each request."""

import dataclasses
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import (
    CURATION_FILE,
    PLACES_FILE,
    CorpusReader,
    LastGood,
)
from indexer.corpus.shared_files import HELP_LINES_FILE
from indexer.engines.base import SearchEngine
from indexer.errors import CorpusMissingError
from indexer.file_texts import FileTexts
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem
from indexer.model.progress import Progress, no_progress
from indexer.pipeline import Fingerprints, IndexChange, Locations, open_corpus, update

REFRESH_EVERY_S = 0.05
RETRY_AFTER_S = 5.0

INDEX_TIMEOUT_S = 2.0
"""After this time, the corpus is read again although the index has not followed."""

_UNINDEXED = (CURATION_FILE, HELP_LINES_FILE)
"""The shared files on which the index does not depend."""

logger = logging.getLogger(__name__)


class LiveContent:
    """Reads the corpus again when the index has a new generation."""

    def __init__(
        self,
        locations: Locations,
        engine: SearchEngine,
        texts: FileTexts,
        *,
        last_good: LastGood,
        changed_at: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Read the content of `locations`, and follow the index of an engine.

        `changed_at` returns when content last changed that another machine indexes:
        the index then says nothing of the change.
        """
        self._changed_at = changed_at
        self._read_change = 0.0
        self._documents = locations.documents
        self._engine = engine
        self._texts = texts
        self._reader = open_corpus(locations, last_good=last_good)
        self._corpus: Corpus | None = None
        self._generation = ""
        self._folder_stamps: tuple[FileStamp, ...] = ()
        self._unindexed_stamps: tuple[FileStamp, ...] = ()
        self._behind_since: float | None = None
        self._fingerprints = Fingerprints()
        self._noted: set[RecordId] = set()
        self._was_in_step = False
        self._hidden_at: tuple[FileStamp, ...] = ()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._follower: threading.Thread | None = None

    def follow(self) -> None:
        """Refresh in a thread, which ends with the process or at `stop_following`."""
        self._follower = threading.Thread(
            target=self._follow, name="kb-follow", daemon=True
        )
        self._follower.start()

    @property
    def has_follower(self) -> bool:
        """Whether `follow` was called."""
        return self._follower is not None

    def stop_following(self) -> None:
        """End the thread that `follow` started."""
        self._stop.set()

    def _follow(self) -> None:
        pause_s = REFRESH_EVERY_S
        self._engine.is_followed = True
        try:
            while not self._stop.wait(pause_s):
                # A long pause after an error keeps the log short.
                pause_s = REFRESH_EVERY_S if self._try_to_refresh() else RETRY_AFTER_S
        finally:
            # Requests refresh the index again if this thread ends.
            self._engine.is_followed = False

    def _try_to_refresh(self) -> bool:
        """Refresh; after any error, the current generation goes on answering."""
        try:
            is_in_step = self.refresh()
            self._read_if_behind()
        except Exception:
            # Any defect: without this thread, no change would ever be shown.
            logger.exception("the newest index can't be opened")
            return False
        return is_in_step

    @property
    def corpus(self) -> Corpus:
        """The corpus as it was when the index was made; read at the first access.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        corpus = self._corpus
        return corpus if corpus is not None else self.read()

    def read(self) -> Corpus:
        """Read the corpus again, opening only the files that changed, and return it.

        If this process noted all that changed, only the noted records are looked at.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        with self._lock:
            generation, changed_at = self._engine.generation, self._changed_at()
            stamps, noted = self._current_folder_stamps(), self._noted
            are_others_known = (
                self.has_follower
                and (generation, changed_at) == (self._generation, self._read_change)
                and stamps == self._folder_stamps
            )
            self._unindexed_stamps = self._current_stamps(*_UNINDEXED)
            if noted and are_others_known:
                self._corpus = self._reader.read_changed(noted)
            else:
                self._corpus = self._reader.read()
            self._noted = self._noted - noted
            self._read_change, self._folder_stamps = changed_at, stamps
            self._generation = generation
            return self._corpus

    def begin_change(self) -> None:
        """Note whether the corpus is in step, before records of the content change.

        The caller holds the lock of the content until `end_change`.
        """
        self._was_in_step = self._current_folder_stamps() == self._folder_stamps

    def end_change(self, records: Collection[RecordId]) -> None:
        """Note which records of the content this process changed."""
        with self._lock:
            self._noted = self._noted | {*records}
            if self._was_in_step:
                self._folder_stamps = self._current_folder_stamps()

    @property
    def staff_reader(self) -> "StaffReader":
        """What changes the content reads it with: it shares what was read here."""
        return StaffReader(self, self._reader)

    def newest(self) -> Corpus:
        """Return the corpus, read again if anything changed since.

        While another thread follows the content, an edit inside a file is noticed by
        the watcher, and not again by each caller.
        """
        if self._corpus is None or not self.has_follower or self._is_behind():
            return self.read()
        return self._corpus

    def warm_up(self) -> None:
        """Open the index and read the corpus before the first request."""
        self._engine.warm_up()
        if self._corpus is None or self._generation != self._engine.generation:
            self.read()

    def refresh(self, *, is_patient: bool = False) -> bool:
        """Open the newest generation of the index, and read the corpus if it is new.

        Returns whether the corpus is in step. With `is_patient`, block until another
        thread has opened the generation.
        """
        self._engine.refresh(is_patient=is_patient)
        if self._corpus is None or self._is_in_step():
            return True
        try:
            self.read()
        except CorpusMissingError as error:
            # The corpus in memory is still mostly right; the next refresh retries.
            logger.warning("the content can't be read again: %s", error)
            return False
        return True

    def _is_in_step(self) -> bool:
        is_same_index = self._generation == self._engine.generation
        is_same_content = self._read_change == self._changed_at()
        is_same_file = self._unindexed_stamps == self._current_stamps(*_UNINDEXED)
        return is_same_index and is_same_content and is_same_file

    def catch_up(self) -> None:
        """Refresh, and wait for it: staff must see a change of another process at once.

        The corpus is read even if the index could not be written.
        """
        if self.refresh(is_patient=True) and self._is_behind():
            self.read()

    def _read_if_behind(self) -> None:
        """Read the corpus if records or places changed and the index did not follow.

        Withdrawn records must disappear even if the index can't be written.
        """
        if not self._is_behind():
            self._behind_since = None
            return
        self._hide_removed()
        now = time.monotonic()
        self._behind_since = self._behind_since or now
        if now - self._behind_since >= INDEX_TIMEOUT_S:
            self.read()

    def update_index(
        self,
        read: Callable[[], Corpus] | None = None,
        *,
        progress: Progress = no_progress,
    ) -> IndexChange:
        """Bring the index up to date with the corpus that `read` returns.

        By default, that is the content read again.

        Raises:
            IndexBusyError: another process held the lock of the index for too long.
            IndexWriteError: it can't be written; the last good index still answers.
        """
        with self._engine.exclusive():
            change = update(
                self._engine,
                read or self.read,
                texts=self._texts,
                fingerprints=self._fingerprints,
                progress=progress,
            )
            with self._lock:
                self._generation = self._engine.generation
        return change

    def _is_behind(self) -> bool:
        stamps = self._current_folder_stamps()
        has_changed = bool(self._noted) or stamps != self._folder_stamps
        return bool(self._corpus and stamps and has_changed)

    def _hide_removed(self) -> None:
        """Hide the records whose folder is gone, before anything is read or indexed."""
        with self._lock:
            stamps, corpus = self._current_folder_stamps(), self._corpus
            if corpus is None or stamps in (self._hidden_at, self._folder_stamps):
                return
            self._hidden_at = stamps
            folders = {
                record_id
                for kind in Kind
                for record_id in _listed(kind, self._documents / kind.folder)
            }
            removed = corpus.records.keys() - folders
            if removed and folders:
                names = repr(sorted(map(str, removed))).encode()
                digest = hashlib.blake2b(names, digest_size=8).hexdigest()
                self._corpus = dataclasses.replace(
                    corpus.without(removed), stamp=f"{corpus.stamp}-{digest}"
                )

    def _current_folder_stamps(self) -> tuple[FileStamp, ...]:
        return self._current_stamps(*(kind.folder for kind in Kind), PLACES_FILE)

    def _current_stamps(self, *names: str) -> tuple[FileStamp, ...]:
        stamps = []
        for name in names:
            with suppress(OSError):
                stamps.append(file_stamp((self._documents / name).stat()))
        return tuple(stamps)


def _listed(kind: Kind, folder: Path) -> list[RecordId]:
    """Return the ids of the folders of a kind; none if they can't be listed."""
    try:
        with os.scandir(folder) as entries:
            return [RecordId(kind, entry.name) for entry in entries]
    except OSError:
        return []


class StaffReader:
    """Reads the content for those who change it, with the reader of `LiveContent`."""

    def __init__(self, content: LiveContent, reader: CorpusReader) -> None:
        self._content = content
        self._reader = reader
        self.begin_change = content.begin_change
        self.end_change = content.end_change

    def read(self) -> Corpus:
        """Return the newest content.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        return self._content.newest()

    def read_overlay(self, folders: Mapping[RecordId, Path], corpus: Corpus) -> Corpus:
        """Return the corpus as if the records in `folders` were part of the content."""
        return self._reader.read_overlay(folders, corpus)

    def check_overlay(
        self, folders: Mapping[RecordId, Path], corpus: Corpus
    ) -> Mapping[RecordId, tuple[Problem, ...]]:
        """Return the problems of the records in `folders`, as if they were content."""
        return self._reader.check_overlay(folders, corpus)
