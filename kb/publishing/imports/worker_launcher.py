"""Starts the process that reads what was sent, and again when it was killed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from indexer.pipeline import Locations
from kb.publishing.imports.inbox import Inbox

STARTED_AGAIN_AFTER_S = 5.0
PROCESS = "kb.publishing.imports.worker_process"


class WorkerLauncher:
    """Starts the process that reads what waits."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._line: int | None = None
        self._started_at = -STARTED_AGAIN_AFTER_S
        self._lock = threading.Lock()

    def ends_with(self, line: int) -> None:
        """Have it end when a pipe is closed at its other end: the service has ended."""
        self._line = line

    def start(self) -> None:
        """Start it now; one that finds nothing to do ends at once."""
        with self._lock:
            self._started_at = time.monotonic()
        places = self._locations
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [
                *(sys.executable, "-m", PROCESS),
                *(str(places.documents), str(places.index), str(places.instance)),
                *(() if self._line is None else (str(self._line),)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # It must not end with the browser's connection, nor hold the service's.
            close_fds=True,
            pass_fds=() if self._line is None else (self._line,),
        )
        threading.Thread(target=process.wait, name="kb-reading", daemon=True).start()

    def see_to(self) -> None:
        """Start it when something waits and nobody reads: the one before was killed."""
        with self._lock:
            was_just_started = (
                time.monotonic() - self._started_at < STARTED_AGAIN_AFTER_S
            )
        if was_just_started:
            return
        inbox = Inbox(self._locations.instance)
        is_left = any(each.note is None for each in inbox.waiting())
        if is_left and not inbox.is_being_read():
            self.start()
