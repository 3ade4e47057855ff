"""Follows the content in a process of its own, beside the workers."""

from __future__ import annotations

import logging
import os
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, NoReturn

from kb.server.content_watcher import ContentWatcher, Pause

if TYPE_CHECKING:
    from kb.publishing.changes.external_edits import FolderStamps
    from kb.services import Services

LOOKED_ANYWAY_AFTER_S = 2.0
"""Systems tell of no file that another machine writes, on a disk that both have."""

TOLD_EVERY_MS = 20
TOLD_TOGETHER_MS = 40
"""What happens within so many milliseconds is told at once."""

NOT_TOLD_S = 60.0
"""So long we look from time to time before we ask again to be told."""

ENDED_WITHIN_S = 10.0

logger = logging.getLogger(__name__)


class WatcherProcess:
    """A process that watches beside the workers, so that none of them has to.

    To make a change of a large index ready takes half a second of computing, which in a
    worker would wait for each page that is computed there, and they for it. Should this
    process die, one of the workers goes on in its place.
    """

    def __init__(self, services: Services, recorded: FolderStamps | None) -> None:
        """Begin it now, while this process has one thread: a lock may be held else.

        `end_of_service` can be read from when the service has ended.
        """
        self.end_of_service, self._line = os.pipe()
        with warnings.catch_warnings():
            # NumPy's algebra keeps threads of its own, and stops them around a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            os.close(self._line)
            _watch_until_closed(services, recorded, LifeLine(self.end_of_service))

    def leave(self) -> None:
        """Hold it no more, in a process that was forked from the one that began it."""
        os.close(self._line)

    def end(self) -> None:
        """Let it finish what it does; what takes long is done at the next start."""
        os.close(self._line)
        latest = time.monotonic() + ENDED_WITHIN_S
        # Gunicorn may have seen it end before us.
        with suppress(ChildProcessError):
            while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > latest:
                    os.kill(self.pid, signal.SIGKILL)
                time.sleep(ENDED_WITHIN_S / 1000)


def _watch_until_closed(
    services: Services, recorded: FolderStamps | None, line: LifeLine
) -> NoReturn:
    """Watch until no process holds the other end of a pipe: all that serve ended."""
    # Who stops the service in a terminal stops all processes; this one ends in order.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        # Nobody searches here, and those who do wait for the same processors.
        services.engine.is_warm = False
        watcher = ContentWatcher(services, recorded=recorded, rests=False)
        watcher.claim()
        watcher.watch(ChangeWaiter(services.settings.locations.documents, line))
    except BaseException:
        logger.exception("the process that follows the content has ended")
    finally:
        # Not by `sys.exit`: what is to be done at the end is the business of others.
        os._exit(0)


class LifeLine:
    """An end of a pipe, into which nobody writes: it tells when the other is closed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def is_set(self) -> bool:
        """Tell whether the other end is closed."""
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Wait for it to be closed, for so long; tell whether it is."""
        return bool(select([self._descriptor], [], [], seconds)[0])


class ChangeWaiter:
    """Pauses that are over as soon as something happens in a folder.

    The system tells of it; where it does not, they last as long as they are said to.
    """

    def __init__(self, folder: Path, line: LifeLine) -> None:
        self._folder = folder
        self._line = line
        self._news: Iterator[object] | None = None
        self._mark: tuple[int, int] | None = None
        self._silent_until = 0.0

    def __call__(self, pause: Pause) -> bool:
        """Make a pause; tell whether it was the last, for the line is closed."""
        if not pause.is_idle or time.monotonic() < self._silent_until:
            return self._line.wait(pause.seconds)
        try:
            next(self._listen(), None)
        except (OSError, RuntimeError) as error:
            logger.warning("the system does not tell when files change: %s", error)
            self._news = None
            self._silent_until = time.monotonic() + NOT_TOLD_S
        return self._line.is_set()

    def _listen(self) -> Iterator[object]:
        """Give what tells of news, made anew when another folder took the place."""
        status = self._folder.stat()
        mark = (status.st_dev, status.st_ino)
        if self._news is None or mark != self._mark:
            # Not imported by those who only serve: it takes ten megabytes.
            from watchfiles import watch  # noqa: PLC0415

            self._mark = mark
            self._news = watch(
                self._folder,
                watch_filter=None,
                debounce=TOLD_TOGETHER_MS,
                step=TOLD_EVERY_MS,
                stop_event=self._line,
                rust_timeout=int(LOOKED_ANYWAY_AFTER_S * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
        return self._news
