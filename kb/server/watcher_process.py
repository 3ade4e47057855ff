"""The process beside the workers that watches the content."""

import logging
import os
import signal
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any, NoReturn

from kb.publishing.changes.external_edits import FolderStamps
from kb.server.content_watcher import ContentWatcher, Pause
from kb.services import Services

MAX_SILENCE_S = 2.0
"""inotify misses files that another machine writes on a shared disk."""

INOTIFY_STEP_MS = 20
INOTIFY_DEBOUNCE_MS = 40
INOTIFY_RETRY_S = 60.0
END_TIMEOUT_S = 10.0
RESTART_AFTER_S = 5.0

logger = logging.getLogger(__name__)


class WatcherProcess:
    """A forked process that watches the content.

    An update of a large index takes half a second of computing: in a worker, pages
    would wait for it. If this process dies, it is restarted.
    """

    def __init__(self, services: Services, recorded: FolderStamps | None) -> None:
        """Fork now, while this process has one thread: no other can hold a lock.

        `end_of_service` becomes readable when all processes of the service have ended.
        """
        self.end_of_service, self._write_end = os.pipe()
        self._services = services
        self._recorded = recorded
        self._restart_at: float | None = None
        self._fork([])

    def _fork(self, sockets: Iterable[Any]) -> None:
        with warnings.catch_warnings():
            # The threads of NumPy's algebra library stop around a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            os.close(self._write_end)
            for socket in sockets:
                socket.close()
            pipe = ClosedPipe(self.end_of_service)
            _watch_until_closed(self._services, self._recorded, pipe)

    def restart_if_dead(self, sockets: Iterable[Any]) -> None:
        """Fork the process again, some time after it died; log both.

        `sockets`, those of gunicorn, are closed in the new process.
        """
        now = time.monotonic()
        if self._restart_at is None and not self._is_alive():
            self._restart_at = now + RESTART_AFTER_S
            logger.error("the watcher process died; restart in %.0f s", RESTART_AFTER_S)
        if self._restart_at is not None and now >= self._restart_at:
            self._restart_at = None
            self._fork(sockets)
            logger.info("the watcher process is restarted: %s", self.pid)

    def _is_alive(self) -> bool:
        try:
            return os.waitpid(self.pid, os.WNOHANG) == (0, 0)
        except ChildProcessError:
            # Gunicorn has reaped the process.
            return False

    def leave(self) -> None:
        """Close the pipe of the parent process, in a worker that was forked from it."""
        os.close(self._write_end)

    def end(self) -> None:
        """Wait until the process has ended, and kill it after a timeout.

        What it could not finish is done at the next start.
        """
        os.close(self._write_end)
        latest = time.monotonic() + END_TIMEOUT_S
        # Gunicorn may have reaped it already.
        with suppress(ChildProcessError):
            while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > latest:
                    os.kill(self.pid, signal.SIGKILL)
                time.sleep(END_TIMEOUT_S / 1000)


def _watch_until_closed(
    services: Services, recorded: FolderStamps | None, pipe: "ClosedPipe"
) -> NoReturn:
    """Watch the content until the pipe is closed, then exit the process."""
    # Ctrl-C in a terminal signals every process; this one ends by the pipe.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        # This process answers no search, so its index needs no warm-up.
        services.engine.is_warm = False
        watcher = ContentWatcher(services, recorded=recorded)
        watcher.acquire()
        watcher.watch(ChangeWaiter(services.settings.locations.documents, pipe))
    except BaseException:
        logger.exception("the watcher process has ended")
    finally:
        # `sys.exit` would run the exit handlers of the parent process.
        os._exit(0)


class ClosedPipe:
    """The read end of a pipe without data: it is "set" when the write end is closed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def is_set(self) -> bool:
        """Return whether the write end is closed."""
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Wait until the write end is closed, or for a time; return whether it is."""
        return bool(select([self._descriptor], [], [], seconds)[0])


class ChangeWaiter:
    """Makes pauses that end as soon as a file of a folder changes.

    Without inotify, a pause lasts as long as it says.
    """

    def __init__(self, folder: Path, pipe: ClosedPipe) -> None:
        self._folder = folder
        self._pipe = pipe
        self._changes: Iterator[object] | None = None
        self._inode: tuple[int, int] | None = None
        self._retry_at = 0.0

    def __call__(self, pause: Pause) -> bool:
        """Make a pause; return whether the pipe is closed, and the watch ends."""
        if not pause.is_idle or time.monotonic() < self._retry_at:
            return self._pipe.wait(pause.seconds)
        try:
            next(self._listen(), None)
        except (OSError, RuntimeError) as error:
            logger.warning("inotify does not work, scanning the folders: %s", error)
            self._changes = None
            self._retry_at = time.monotonic() + INOTIFY_RETRY_S
        return self._pipe.is_set()

    def _listen(self) -> Iterator[object]:
        """Return the watch of the folder, made anew if another folder replaced it."""
        status = self._folder.stat()
        inode = (status.st_dev, status.st_ino)
        if self._changes is None or inode != self._inode:
            # Imported here since it takes 10 MB, which the workers need not pay.
            from watchfiles import watch  # noqa: PLC0415

            self._inode = inode
            self._changes = watch(
                self._folder,
                watch_filter=None,
                debounce=INOTIFY_DEBOUNCE_MS,
                step=INOTIFY_STEP_MS,
                stop_event=self._pipe,
                rust_timeout=int(MAX_SILENCE_S * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
        return self._changes
