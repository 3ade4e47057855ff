"""Starts the worker process that reads import tasks."""

import subprocess
import sys
import threading
import time

from indexer.pipeline import Locations
from kb.publishing.imports.inbox import Inbox

RESTART_DELAY_S = 5.0
WORKER_MODULE = "kb.publishing.imports.worker_process"


class WorkerLauncher:
    """Starts the worker process, and restarts it after a kill."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._pipe: int | None = None
        self._started_at = -RESTART_DELAY_S

    def stop_with_pipe(self, descriptor: int) -> None:
        """Make new workers exit when the other end of a pipe is closed.

        The service holds that end, so its workers do not outlive it.
        """
        self._pipe = descriptor

    def start(self) -> None:
        """Start a worker; it exits at once if no task waits."""
        self._started_at = time.monotonic()
        folders = self._locations
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [
                *(sys.executable, "-m", WORKER_MODULE),
                *(str(folders.documents), str(folders.index), str(folders.instance)),
                *(() if self._pipe is None else (str(self._pipe),)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # The worker must not keep the sockets of the service open.
            close_fds=True,
            pass_fds=() if self._pipe is None else (self._pipe,),
        )
        threading.Thread(target=process.wait, name="kb-reading", daemon=True).start()

    def restart_if_needed(self) -> None:
        """Start a worker if a task waits and none runs, because it was killed."""
        if time.monotonic() - self._started_at < RESTART_DELAY_S:
            return
        inbox = Inbox(self._locations.instance)
        is_waiting = any(task.note is None for task in inbox.waiting())
        if is_waiting and not inbox.is_worker_running():
            self.start()
