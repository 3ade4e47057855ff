"""Runs work in several processes, forked so that what they read is not copied."""

from __future__ import annotations

import multiprocessing
import os
import threading
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


def usable_processors() -> int:
    """Tell how many processes may work at a time: one when a fork is not safe.

    Another thread may hold a lock, which no thread would ever release in the child.
    """
    if threading.active_count() > 1 or not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def run_together(works: Sequence[Callable[[], _Result]]) -> list[_Result]:
    """Do several works, the first in this process, and give their results in order.

    When one fails, the others are killed, and its exception is raised here.

    Raises:
        ChildProcessError: a process ended without a word.
    """
    children: list[_Child[_Result]] = []
    try:
        children += (_Child(work) for work in works[1:])
        return [works[0](), *(child.result() for child in children)]
    finally:
        for child in children:
            child.end()


class _Child(Generic[_Result]):
    """A process that does one work, and sends what comes of it."""

    def __init__(self, work: Callable[[], _Result]) -> None:
        context = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(work, sender), daemon=True)
        with warnings.catch_warnings():
            # NumPy's algebra keeps threads of its own, and stops them around a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        # The child has its own: when it dies, the end of the pipe is seen here.
        sender.close()

    def result(self) -> _Result:
        try:
            result, error = self._receiver.recv()
        except EOFError:
            raise ChildProcessError("a process that was writing has ended") from None
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]  # what was sent

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._receiver.close()


def _send(work: Callable[[], _Result], sender: Connection) -> None:
    try:
        result, error = work(), None
    except BaseException as raised:  # noqa: BLE001  # the parent raises it
        result, error = None, raised
    sender.send((result, error))
