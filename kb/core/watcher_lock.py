"""The lock of the one process that watches the content."""

from __future__ import annotations

from filelock import FileLock, Timeout

from indexer.pipeline import Locations


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
