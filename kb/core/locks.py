"""Locks between processes, as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PRIVATE = 0o600
WATCHER_LOCK = "watching.lock"


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


def watcher_lock(instance: Path) -> FileLock:
    """Return the lock of the process that watches the content, not acquired.

    Any thread of the process may release it.
    """
    return FileLock(instance / WATCHER_LOCK, thread_local=False)


def is_served(instance: Path, *, wait_s: float = 0) -> bool:
    """Return whether a running service watches the content of an instance.

    `wait_s` is how long a service may take to end.
    """
    return is_locked(instance / WATCHER_LOCK, wait_s=wait_s)


def is_locked(path: Path, *, wait_s: float = 0) -> bool:
    """Return whether a process holds a lock file, even after `wait_s`.

    Raises:
        OSError: the file can't be opened.
    """
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=wait_s, mode=PRIVATE):
            return False
    except Timeout:
        return True
