"""Computes one page at a time in each process; other requests wait in a queue.

Pages are computed under the GIL, one thread at a time. When four threads took turns by
the interpreter's switch interval, each lost the GIL at every operation that releases
it, and a worker answered a quarter fewer pages a second.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request

QUEUE_TIMEOUT_S = 1.0
"""After this time, a request is computed beside the slow page that it waited for."""

QUEUED_BLUEPRINTS = frozenset({"public", "api"})
"""Staff pages are not queued: they write files and wait for disks."""

FAST_SWITCH_INTERVAL_S = 0.0005
"""A tenth of the default switch interval of Python."""

_EXTENSION = "kb-request-queue"
_switch_lock = threading.Lock()
_fast_blocks = 0
_default_interval_s = sys.getswitchinterval()


def init_request_queue(app: Flask) -> None:
    """Queue the requests of an application."""
    app.extensions[_EXTENSION] = threading.Lock()
    app.before_request(_acquire)
    app.teardown_request(_release)


def is_busy(app: Flask) -> bool:
    """Return whether this process is computing a page now."""
    lock: threading.Lock = app.extensions[_EXTENSION]
    return lock.locked()


@contextmanager
def fast_thread_switching() -> Iterator[None]:
    """Shorten the switch interval of the interpreter during the block.

    A thread that releases the GIL, as at each file write, would wait 5 ms for the
    thread of a page to return it: an index update would take three times as long.
    """
    global _fast_blocks  # noqa: PLW0603  # the interpreter has one interval for all threads
    with _switch_lock:
        _fast_blocks += 1
        sys.setswitchinterval(FAST_SWITCH_INTERVAL_S)
    try:
        yield
    finally:
        with _switch_lock:
            _fast_blocks -= 1
            if not _fast_blocks:
                sys.setswitchinterval(_default_interval_s)


def _acquire() -> None:
    if request.blueprint in QUEUED_BLUEPRINTS:
        g.queue_lock = current_app.extensions[_EXTENSION].acquire(
            timeout=QUEUE_TIMEOUT_S
        )


def _release(_error: BaseException | None) -> None:
    if g.pop("queue_lock", False):
        current_app.extensions[_EXTENSION].release()
