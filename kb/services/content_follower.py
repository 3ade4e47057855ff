"""A thread that follows the index, so that no request has to refresh it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from indexer.engines.base import SearchEngine
from indexer.errors import IndexerError
from kb.core.request_queue import fast_thread_switching
from kb.database.errors import DatabaseUnavailableError
from kb.services.live_content import LiveContent

REFRESH_EVERY_S = 0.05
RETRY_AFTER_S = 5.0
QUIET_S = 1.0
MAX_DATABASE_DELAY_S = 60.0

REFRESH_ERRORS = (IndexerError, OSError, MemoryError)
"""Errors of a new generation, after which the current one goes on answering."""

logger = logging.getLogger(__name__)


class ContentFollower:
    """Refreshes the content in a thread, and opens the staff database in another."""

    def __init__(self, engine: SearchEngine, content: LiveContent) -> None:
        self._engine = engine
        self._content = content
        self._stop = threading.Event()

    def start(
        self, open_database: Callable[[], object], idle_s: Callable[[], float]
    ) -> None:
        """Start both threads; they end with the process, or at `stop`.

        The database is opened when `idle_s()`, the seconds since the last search, says
        that nobody searches, at the latest after a minute.
        """
        self._engine.is_followed = True
        threading.Thread(target=self._follow, name="kb-follow", daemon=True).start()
        threading.Thread(
            target=self._open_database,
            args=(open_database, idle_s),
            name="kb-database",
            daemon=True,
        ).start()

    def stop(self) -> None:
        """Stop both threads."""
        self._stop.set()

    def _follow(self) -> None:
        pause_s = REFRESH_EVERY_S
        try:
            while not self._stop.wait(pause_s):
                # A long pause after an error keeps the log short.
                pause_s = REFRESH_EVERY_S if self._refresh() else RETRY_AFTER_S
        finally:
            # Requests refresh the index again if this thread ends.
            self._engine.is_followed = False

    def _refresh(self) -> bool:
        try:
            with fast_thread_switching():
                is_in_step = self._content.refresh()
            self._content.read_if_behind()
        except REFRESH_ERRORS:
            logger.exception("the newest index can't be followed")
            return False
        return is_in_step

    def _open_database(
        self, open_database: Callable[[], object], idle_s: Callable[[], float]
    ) -> None:
        # Importing SQLAlchemy takes the GIL, and would delay pages.
        latest = time.monotonic() + MAX_DATABASE_DELAY_S
        is_quiet = False
        while not is_quiet and time.monotonic() < latest:
            if self._stop.wait(QUIET_S):
                return
            is_quiet = idle_s() > QUIET_S
        try:
            open_database()
        except DatabaseUnavailableError as error:
            logger.warning("staff can't sign in: %s", error)
