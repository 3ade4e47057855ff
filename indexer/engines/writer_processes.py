"""The processes that write an index: one holds the lock, and forks others for tasks.

Forked processes share the memory that they read.
"""

import multiprocessing
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, TypeVar

from filelock import FileLock, Timeout

from indexer.errors import IndexBusyError, IndexWriteError
from indexer.model.problems import Notify, message

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


WRITER_TIMEOUT_S = 600.0


class WriterLock:
    """A lock in a private folder; the thread that holds it can acquire it again."""

    def __init__(self, root: Path, *, notify: Notify) -> None:
        self._root = root
        self._notify = notify
        self._lock: tuple[int, FileLock] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock for the block; wait while another process has the lock.

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
