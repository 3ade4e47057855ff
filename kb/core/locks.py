"""Locks between processes, as files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PRIVATE = 0o600


@contextmanager
def exclusive_lock(path: Path, busy: Exception, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock file `path` for a block; raise `busy` when another process has it.

    Raises:
        OSError: the lock file can't be written.
    """
    lock = FileLock(path, timeout=timeout_s, mode=PRIVATE)
    try:
        lock.acquire()
    except Timeout as error:
        raise busy from error
    try:
        yield
    finally:
        lock.release()
