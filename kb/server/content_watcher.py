"""Watches the content while serving: indexes external edits, records them in history.

Once a day, it also purges old records from the trash.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from filelock import Timeout

from indexer.errors import IndexerError
from kb.database.model import AuditAction
from kb.publishing.changes.external_edits import ExternalEditDetector, FolderStamps
from kb.publishing.changes.repository import open_repository
from kb.publishing.published.trash import Trash
from kb.server.watcher_lock import watcher_lock
from kb.services import Services

CHECK_EVERY_S = 0.3
SETTLE_S = 0.1
"""A file that has not changed for this long is completely written."""

YIELD_S = 0.0005
"""A sleep that releases the GIL, so that a page in progress continues at once."""

RETRY_AFTER_S = 30.0
PURGE_EVERY_S = 24 * 3600.0
MAX_CPU_SHARE = 20
"""Checks use at most this fraction (1 in 20) of a processor."""

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


FIRST_PAUSE = Pause(CHECK_EVERY_S)


class ContentWatcher:
    """Checks the content from time to time, in one process at a time."""

    def __init__(
        self,
        services: Services,
        *,
        recorded: FolderStamps | None = None,
        yields: bool = True,
    ) -> None:
        """Watch the content of `services`.

        `recorded` are the folder stamps that the history contains. With `yields`, a
        check releases the GIL again and again for the pages of the same process.
        """
        self._services = services
        self._repository = open_repository(
            services.settings.locations, clock=services.clock
        )
        self._edit_detector = ExternalEditDetector(
            self._repository,
            recorded=recorded,
            rest=partial(time.sleep, YIELD_S if yields else 0),
        )
        self._lock = watcher_lock(services.settings.locations)
        self._stop = threading.Event()
        self._is_index_behind = False
        self._purged_at: float | None = None

    def start(self, *, after_s: float = CHECK_EVERY_S) -> None:
        """Watch in a thread that ends with the process; check first after `after_s`."""
        threading.Thread(
            target=self.watch,
            args=[self._wait, Pause(after_s)],
            name="kb-watch",
            daemon=True,
        ).start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()

    def _wait(self, pause: Pause) -> bool:
        return self._stop.wait(pause.seconds)

    def watch(self, wait: Callable[[Pause], bool], pause: Pause = FIRST_PAUSE) -> None:
        """Check the content until `wait`, which makes each pause, returns True."""
        try:
            while not wait(pause):
                pause = self._check_and_purge()
        finally:
            self._lock.release()

    def _check_and_purge(self) -> Pause:
        """Check the content if this process holds the lock; return the next pause."""
        started, cpu_started = time.monotonic(), time.thread_time()
        is_idle = True
        try:
            if self.acquire():
                is_idle = not self.check()
                self._purge_daily(started)
        except WATCH_ERRORS:
            logger.exception("changes made by hand can't be followed")
            # A long pause keeps the log short.
            return Pause(RETRY_AFTER_S, is_idle=False)
        return self._next_pause(time.thread_time() - cpu_started, is_idle=is_idle)

    def _next_pause(self, took_s: float, *, is_idle: bool) -> Pause:
        """Return the pause after a check that took `took_s` of processor time.

        Processor time, since a check beside busy pages takes far longer by the clock.
        """
        if self._edit_detector.is_settling:
            return Pause(max(SETTLE_S, took_s), is_idle=False)
        # The time of a check that indexed something is not typical of the next one.
        rest_s = MAX_CPU_SHARE * took_s if is_idle else 0.0
        return Pause(max(CHECK_EVERY_S, rest_s))

    def acquire(self) -> bool:
        """Acquire the watcher lock; return False if another process holds it."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _purge_daily(self, now: float) -> None:
        if self._purged_at is None or now - self._purged_at >= PURGE_EVERY_S:
            self._purged_at = now
            self.purge()

    def purge(self) -> None:
        """Delete old records from the trash, and log each deletion."""
        for each in Trash(self._repository).purge():
            self._services.database.audit.add(
                ACTOR, AuditAction.RECORD_PURGED, str(each.record), each.title
            )

    def check(self) -> bool:
        """Check the content once; return whether a change was recorded and indexed.

        A file that changed since the last check is left until the next one.
        """
        if self._edit_detector.look():
            # The index stays behind until an update succeeds.
            self._is_index_behind = True
            self._edit_detector.notice()
        if not self._is_index_behind:
            return False
        self._services.content.update_index()
        self._is_index_behind = False
        return True
