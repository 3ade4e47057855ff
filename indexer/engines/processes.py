"""Runs tasks in several forked processes, which share the memory they read."""

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
    """Return how many processes can run at a time: one when a fork is not safe.

    A lock that another thread holds would never be released in the child.
    """
    if threading.active_count() > 1 or not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def run_parallel(tasks: Sequence[Callable[[], _Result]]) -> list[_Result]:
    """Run tasks in parallel, the first in this process; return their results in order.

    When a task raises an exception, the other processes are killed and it is raised
    here.

    Raises:
        ChildProcessError: a process ended without a result.
    """
    children: list[_Child[_Result]] = []
    try:
        children += (_Child(task) for task in tasks[1:])
        return [tasks[0](), *(child.result() for child in children)]
    finally:
        for child in children:
            child.end()


class _Child(Generic[_Result]):
    """A process that runs one task, and sends its result through a pipe."""

    def __init__(self, task: Callable[[], _Result]) -> None:
        context = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(task, sender), daemon=True)
        with warnings.catch_warnings():
            # The threads of NumPy's linear algebra are stopped around a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        # The child has a copy; without ours, the pipe closes when the child dies.
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


def _send(task: Callable[[], _Result], sender: Connection) -> None:
    try:
        result, error = task(), None
    except BaseException as raised:  # noqa: BLE001  # the parent raises it
        result, error = None, raised
    sender.send((result, error))
