"""Answers one visitor at a time in each process, while the others wait in line.

What a page takes is computing, and Python computes in one thread at a time. Where four
took turns by the interpreter's own clock, each lost the processor at every operation
that lets go of the interpreter, and a worker answered a quarter fewer pages a second.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request

QUEUE_TIMEOUT_S = 1.0
"""Nobody waits longer for a page that takes long: they are then computed together."""

QUEUED_BLUEPRINTS = frozenset({"public", "api"})
"""The blueprints whose pages are computed; those of staff write, and wait for disks."""

CHANGED_PLACES_S = 0.0005
"""A tenth of what the interpreter lets a thread run that another waits for."""

_EXTENSION = "kb-turn"
_in_haste = threading.Lock()
_hasty = 0
_usual_s = sys.getswitchinterval()


def init_request_queue(app: Flask) -> None:
    """Let the pages of an application be computed one after another."""
    app.extensions[_EXTENSION] = threading.Lock()
    app.before_request(_wait)
    app.teardown_request(_leave)


def is_busy(app: Flask) -> bool:
    """Tell whether a page is being computed in this process at this moment."""
    turn: threading.Lock = app.extensions[_EXTENSION]
    return turn.locked()


@contextmanager
def fast_thread_switching() -> Iterator[None]:
    """Let threads change places often, while one makes what all readers wait for.

    Whenever it lets go of the interpreter, as for each file that it writes, it would
    have to wait for 5 ms until the thread that computes a page gives it back: a change
    of the index would take three times as long as in an idle process, and not twice.
    """
    global _hasty  # noqa: PLW0603  # the interpreter has one interval for all threads
    with _in_haste:
        _hasty += 1
        sys.setswitchinterval(CHANGED_PLACES_S)
    try:
        yield
    finally:
        with _in_haste:
            _hasty -= 1
            if not _hasty:
                sys.setswitchinterval(_usual_s)


def _wait() -> None:
    if request.blueprint in QUEUED_BLUEPRINTS:
        g.turn = current_app.extensions[_EXTENSION].acquire(timeout=QUEUE_TIMEOUT_S)


def _leave(_error: BaseException | None) -> None:
    if g.pop("turn", False):
        current_app.extensions[_EXTENSION].release()
