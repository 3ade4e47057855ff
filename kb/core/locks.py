"""Locks between processes, as files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.pipeline import Locations

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


def watcher_lock(locations: Locations) -> FileLock:
    """Return the lock, not acquired; any thread of the process may release it."""
    return FileLock(locations.instance / "watching.lock", thread_local=False)


def is_served(locations: Locations) -> bool:
    """Return whether a running service watches these folders."""
    lock = watcher_lock(locations)
    if not locations.instance.joinpath("watching.lock").exists():
        return False
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
