"""The lock of the process that writes an index, which the engines share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.errors import IndexBusyError, IndexWriteError
from indexer.model.problems import Notify, message

WRITER_TIMEOUT_S = 600.0


class WriterLock:
    """A lock in a private folder; the thread that holds it can acquire it again."""

    def __init__(self, root: Path, *, notify: Notify) -> None:
        self._root = root
        self._notify = notify
        self._lock: tuple[int, FileLock] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock during the block; wait while another process has it.

        `notify` is called once when the wait begins.

        Raises:
            IndexBusyError: the wait was longer than `WRITER_TIMEOUT_S`.
            IndexWriteError: the folder can't be made or locked.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            self._root.chmod(0o700)
            lock = self._of_process()
            try:
                lock.acquire(timeout=0)
            except Timeout:
                self._notify(
                    message(
                        "another process is writing the index; waiting for it to finish"
                    )
                )
                lock.acquire(timeout=WRITER_TIMEOUT_S)
        except Timeout as error:
            raise IndexBusyError(self._root, WRITER_TIMEOUT_S) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise IndexWriteError(self._root, reason) from error
        try:
            yield
        finally:
            lock.release()

    def _of_process(self) -> FileLock:
        # One object, so that a thread can acquire the lock twice; a new one after a
        # fork, which the lock does not survive.
        if self._lock is None or self._lock[0] != os.getpid():
            self._lock = (os.getpid(), FileLock(self._root / "lock"))
        return self._lock[1]
