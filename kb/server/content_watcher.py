"""Watches the content while serving: indexes external edits, records them in history.

Once a day, it also deletes old records of the trash and old imports.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from filelock import Timeout

from indexer.corpus.corpus import LEXICON_FILE, PLACES_FILE
from indexer.errors import IndexerError
from indexer.files import FileStamp, file_stamp
from kb.database.model import AuditAction
from kb.publishing.changes.external_edits import ExternalEditDetector, FolderStamps
from kb.publishing.changes.repository import open_repository
from kb.publishing.imports.inbox import Inbox
from kb.publishing.published.trash import Trash
from kb.server.watcher_lock import watcher_lock
from kb.services import Services

CHECK_EVERY_S = 0.3
SETTLE_S = 0.1
"""A file that has not changed for this long is completely written."""

WATCH_AFTER_S = 5.0
"""The delay of the first check in a worker: the watcher process gets the lock first."""

RETRY_AFTER_S = 30.0
PURGE_EVERY_S = 24 * 3600.0
PURGE_RETRY_AFTER_S = 3600.0

ACTOR = "kb"
"""The actor that the audit log names for actions of the service itself."""

WATCH_ERRORS = (IndexerError, OSError, MemoryError)
"""Errors after which the watcher retries; the current index goes on answering."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause between two checks; `is_idle` if no change is known to be in progress."""

    seconds: float
    is_idle: bool = True


class ContentWatcher:
    """Checks the content from time to time, in one process at a time."""

    def __init__(
        self, services: Services, *, recorded: FolderStamps | None = None
    ) -> None:
        """Watch the content of `services`.

        `recorded` are the folder stamps that the history contains.
        """
        self._services = services
        self._repository = open_repository(
            services.settings.locations, clock=services.clock
        )
        self._edit_detector = ExternalEditDetector(self._repository, recorded=recorded)
        self._lock = watcher_lock(services.settings.locations)
        self._is_index_behind = False
        self._shared_stamps = self._current_shared_stamps()
        self._purge_at = 0.0

    def start(self) -> None:
        """Watch in a thread that ends with the process."""
        threading.Thread(
            target=self.watch,
            args=[_sleep, Pause(WATCH_AFTER_S)],
            name="kb-watch",
            daemon=True,
        ).start()

    def watch(
        self, wait: Callable[[Pause], bool], pause: Pause = Pause(CHECK_EVERY_S)
    ) -> None:
        """Check the content until `wait`, which makes each pause, returns True."""
        try:
            while not wait(pause):
                pause = self._check_and_purge()
        finally:
            self._lock.release()

    def _check_and_purge(self) -> Pause:
        """Check the content if this process holds the lock; return the next pause."""
        started, is_indexed = time.thread_time(), False
        try:
            if self.acquire():
                is_indexed = self.check()
                self._purge_daily()
        except WATCH_ERRORS:
            logger.exception("external edits can't be indexed now; the watcher retries")
            # A long pause keeps the log short.
            return Pause(RETRY_AFTER_S, is_idle=False)
        if self._edit_detector.is_settling:
            return Pause(SETTLE_S, is_idle=False)
        # Scans of the folders use at most a twentieth of a processor.
        scan_s = 0.0 if is_indexed else time.thread_time() - started
        return Pause(max(CHECK_EVERY_S, 20 * scan_s))

    def acquire(self) -> bool:
        """Acquire the watcher lock; return False if another process holds it."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _purge_daily(self) -> None:
        now = time.monotonic()
        if now < self._purge_at:
            return
        self._purge_at = now + PURGE_RETRY_AFTER_S
        self.purge()
        self._purge_at = now + PURGE_EVERY_S

    def purge(self) -> None:
        """Delete old imports and old records of the trash; log each deleted record."""
        Inbox(self._repository.locations.instance).prune(self._services.clock())
        for each in Trash(self._repository).purge():
            self._services.database.audit.add(
                ACTOR, AuditAction.RECORD_PURGED, str(each.record), each.title
            )

    def check(self) -> bool:
        """Check the content once; return whether a change was recorded and indexed.

        A file that changed since the last check is left until the next one.
        """
        if self._edit_detector.check():
            # The index stays behind until an update succeeds.
            self._is_index_behind = True
            self._edit_detector.record_edits()
        stamps = self._current_shared_stamps()
        if stamps and stamps != self._shared_stamps:
            self._shared_stamps = stamps
            self._is_index_behind = True
        if not self._is_index_behind:
            return False
        self._services.content.update_index()
        self._is_index_behind = False
        return True

    def _current_shared_stamps(self) -> tuple[tuple[str, FileStamp], ...]:
        """Return the stamps of the places and of the lexicon, which have no history."""
        stamps = []
        for name in (PLACES_FILE, LEXICON_FILE):
            with suppress(OSError):
                path = self._repository.locations.documents / name
                stamps.append((name, file_stamp(path.stat())))
        return tuple(stamps)


def _sleep(pause: Pause) -> bool:
    time.sleep(pause.seconds)
    return False
