"""Reads files in processes apart: no file can take down who asks for it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Self

from indexer.errors import FileUnreadableError
from indexer.model.readings import FileReading, Unreadable
from indexer.readers.sandbox.limits import DEFAULT_LIMITS, Limits
from indexer.readers.sandbox.protocol import ReadingAnswer, Request, unpack
from indexer.readers.sandbox.reading_cache import ReadingCache, digest_of

GRACE_S = 30.0
"""What a worker may take beyond the time of a file, before it is taken for dead."""

_AHEAD = 4
"""How many files are read ahead for each process, while the first is waited for."""


class IsolatedReader:
    """Reads one file after another, each in a process of its own.

    Raises:
        FileUnreadableError: by `read`, when a file can't be read.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        *,
        ocr: bool = False,
        store: ReadingCache | None = None,
    ) -> None:
        self._limits = limits
        self._store = store
        self._tesseract = _tesseract() if ocr else ""
        self._worker: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, whatever it does; nothing is read after."""
        self._is_closed = True
        self._stop()

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for stream in (worker.stdin, worker.stdout):
            if stream is not None:
                stream.close()
        worker.wait()

    def read(self, path: Path) -> FileReading:
        """Read a file."""
        answer = self.answer(path)
        if isinstance(answer, FileUnreadableError):
            raise answer
        return answer

    def answer(self, path: Path) -> ReadingAnswer:
        """Read a file, or tell why it can't be read."""
        if self._store is None:
            return self._answer(path)
        ocr = bool(self._tesseract)
        sha256 = digest_of(path)
        known = self._store.get(path.name, sha256, ocr=ocr) if sha256 else None
        if known is not None:
            return known
        answer = self._answer(path)
        # A file that changed while it was read is not what its digest says.
        if sha256 and getattr(answer, "sha256", sha256) == sha256:
            self._store.put(sha256, answer, ocr=ocr)
        return answer

    def _answer(self, path: Path) -> ReadingAnswer:
        # The worker does not stand where we do.
        request = Request(path.absolute(), self._limits, self._tesseract)
        try:
            return unpack(self._ask(request))
        except (OSError, EOFError, ValueError) as error:
            self._stop()
            return FileUnreadableError(path.name, Unreadable.CRASHED, str(error))
        except TimeoutExpiredError:
            self._stop()
            return FileUnreadableError(path.name, Unreadable.TOO_SLOW)

    def _ask(self, request: Request) -> bytes:
        if self._is_closed:
            raise EOFError("closed")
        if self._worker is None:
            self._worker = _start_worker()
        asked, answers = self._worker.stdin, self._worker.stdout
        if asked is None or answers is None:
            raise EOFError("no pipe")
        _write_all(asked, request.line())
        seconds = request.time_s + GRACE_S
        size = int.from_bytes(_exactly(answers, 8, seconds), "big")
        if size > request.limits.output_bytes:
            raise ValueError("the answer is too long")
        return _exactly(answers, size, seconds)


def can_recognise() -> bool:
    """Tell whether the text of pictures can be recognised on this machine."""
    return bool(_tesseract())


def _tesseract() -> str:
    return shutil.which("tesseract") or ""


class TimeoutExpiredError(Exception):
    """A worker said nothing for too long."""


def read_file(
    path: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    ocr: bool = False,
    store: ReadingCache | None = None,
) -> FileReading:
    """Read a file in a process apart, unless the store has it already.

    Scanned pages are recognised with `ocr`, where tesseract is installed.

    Raises:
        FileUnreadableError: it can't be read, holds no text, or costs too much.
    """
    with IsolatedReader(limits, ocr=ocr, store=store) as reader:
        return reader.read(path)


def read_files(
    paths: Iterable[Path],
    *,
    limits: Limits = DEFAULT_LIMITS,
    ocr: bool = False,
    store: ReadingCache | None = None,
    processes: int | None = None,
) -> Generator[ReadingAnswer, None, None]:
    """Read files on all cores; give for each, in their order, what came of it.

    Few are read ahead of the one that is waited for, so that a large folder takes no
    more memory than a small one.
    """
    count = processes or _cores()
    idle: SimpleQueue[IsolatedReader] = SimpleQueue()
    readers = [IsolatedReader(limits, ocr=ocr, store=store) for _ in range(count)]
    for reader in readers:
        idle.put(reader)
    with ThreadPoolExecutor(count) as threads:
        waiting: deque[Future[ReadingAnswer]] = deque()
        try:
            for path in paths:
                waiting.append(threads.submit(_answer_of, idle, path))
                if len(waiting) >= count * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            for reader in readers:
                reader.close()


def _answer_of(idle: SimpleQueue[IsolatedReader], path: Path) -> ReadingAnswer:
    reader = idle.get()
    try:
        return reader.answer(path)
    finally:
        idle.put(reader)


def _start_worker() -> subprocess.Popen[bytes]:
    # It gets nothing of our environment but where to find modules. Threads of a
    # library for arrays would count as memory, and could not be forked.
    return subprocess.Popen(
        [sys.executable, "-m", "indexer.readers.sandbox.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONSAFEPATH": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_THREAD_LIMIT": "1",
        },
    )


def _write_all(stream: IO[bytes], content: bytes) -> None:
    while content:
        content = content[os.write(stream.fileno(), content) :]


def _exactly(stream: IO[bytes], size: int, seconds: float) -> bytes:
    parts: list[bytes] = []
    while size:
        ready, _, _ = select.select([stream], [], [], seconds)
        if not ready:
            raise TimeoutExpiredError
        part = os.read(stream.fileno(), min(size, 1 << 20))
        if not part:
            raise EOFError("the worker has ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _cores() -> int:
    return os.cpu_count() or 1
