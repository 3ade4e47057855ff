"""Readers that run in worker processes: no file can crash or block the caller."""

import os
import select
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import IO, Self, TypeVar

from indexer.errors import FileUnreadableError
from indexer.model.document import FileReading, Unreadable
from indexer.model.page_pictures import PagePicture
from indexer.model.tables import SentTable
from indexer.readers.sandbox.protocol import (
    DEFAULT_LIMITS,
    Answer,
    Limits,
    ReadingAnswer,
    Request,
    unpack,
    unpack_pictures,
)
from indexer.readers.sandbox.reading_cache import ReadingCache, digest_of

GRACE_S = 30.0
"""Time added to a file's limit, after which the worker itself counts as hung."""

_QUEUED_PER_PROCESS = 4
AnswerT = TypeVar("AnswerT")


class IsolatedReader:
    """A client of one worker process, which forks a child for each file.

    With `ocr`, scanned pages are recognised where tesseract is installed.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        *,
        ocr: bool = False,
        cache: ReadingCache | None = None,
    ) -> None:
        self._limits = limits
        self._cache = cache
        self._tesseract = (shutil.which("tesseract") or "") if ocr else ""
        self._worker: subprocess.Popen[bytes] | None = None
        self._is_closed = self._is_busy = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the worker, or kill it while it reads; every later read fails."""
        self._is_closed = True
        self._drop_worker()

    def _drop_worker(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None and self._is_busy:
            _kill(worker)
        elif worker is not None:
            IDLE_WORKERS.release(worker)

    def read(self, path: Path) -> FileReading:
        """Read a file.

        Raises:
            FileUnreadableError: the file is damaged, empty, or exceeds a limit.
        """
        answer = self.answer(path)
        if isinstance(answer, FileUnreadableError):
            raise answer
        return answer

    def answer(self, path: Path) -> ReadingAnswer:
        """Read a file, from the cache if possible; return an error, never raise it."""
        if self._cache is None:
            return self._answer(path)
        ocr = bool(self._tesseract)
        sha256 = digest_of(path)
        cached = self._cache.get(path.name, sha256, ocr=ocr) if sha256 else None
        if cached is not None:
            return cached
        answer = self._answer(path)
        # The file may have changed between its digest and its reading.
        if sha256 and getattr(answer, "sha256", sha256) == sha256:
            self._cache.put(sha256, answer, ocr=ocr)
        return answer

    def _answer(self, path: Path) -> ReadingAnswer:
        answer = self._ask(Request(path, self._limits, self._tesseract))
        if isinstance(answer, SentTable):
            return FileUnreadableError(path.name, Unreadable.CRASHED, "a table")
        return answer

    def table(self, path: Path) -> SentTable:
        """Read a file as a table.

        Raises:
            FileUnreadableError: the file is damaged, empty, or exceeds a limit.
        """
        answer = self._ask(Request(path, self._limits, is_table=True))
        if isinstance(answer, FileReading):
            raise FileUnreadableError(path.name, Unreadable.CRASHED, "no table")
        if isinstance(answer, FileUnreadableError):
            raise answer
        return answer

    def _ask(self, request: Request) -> Answer:
        try:
            return self._unpacked(request, unpack)
        except FileUnreadableError as error:
            return error

    def pictures(self, path: Path, numbers: Sequence[int]) -> list[PagePicture]:
        """Draw pages of a PDF; a page that can't be drawn has no image."""
        request = Request(path, self._limits, pictures=tuple(numbers))
        try:
            return self._unpacked(request, unpack_pictures)
        except FileUnreadableError:
            return [PagePicture(number) for number in numbers]

    def _unpacked(
        self, request: Request, unpack_answer: Callable[[bytes], AnswerT]
    ) -> AnswerT:
        """Return the answer of the worker; drop the worker when it fails.

        Raises:
            FileUnreadableError: the worker fails, or answers with an error.
        """
        name = request.path.name
        # The working directory of the worker is another.
        asked = replace(request, path=request.path.absolute())
        try:
            answer = unpack_answer(self._send(asked))
        except TimeoutError as error:
            self._drop_worker()
            raise FileUnreadableError(name, Unreadable.TOO_SLOW) from error
        except (OSError, EOFError, ValueError) as error:
            self._drop_worker()
            raise FileUnreadableError(name, Unreadable.CRASHED, str(error)) from error
        self._is_busy = False
        return answer

    def _send(self, request: Request) -> bytes:
        with self._lock:
            if self._is_closed:
                raise EOFError("closed")
            if self._worker is None:
                self._worker = IDLE_WORKERS.take()
            requests, answers = self._worker.stdin, self._worker.stdout
            self._is_busy = True
        if requests is None or answers is None:
            raise EOFError("no pipe")
        line = request.line()
        while line:
            line = line[os.write(requests.fileno(), line) :]
        timeout_s = request.time_s + GRACE_S
        size = int.from_bytes(_read_exactly(answers, 8, timeout_s), "big")
        if size > request.limits.output_bytes:
            raise ValueError("the answer is too long")
        return _read_exactly(answers, size, timeout_s)


class IdleWorkers:
    """Worker processes that wait for the next reader of this process.

    `limit` is 0 in most processes: a worker takes 125 MB. A process that reads files
    one after another sets 1, because a worker takes half a second to start.
    """

    def __init__(self) -> None:
        self.limit = 0
        self._workers: deque[subprocess.Popen[bytes]] = deque()

    def take(self) -> subprocess.Popen[bytes]:
        """Return an idle worker that is alive, or start one."""
        while self._workers:
            worker = self._workers.pop()
            if worker.poll() is None:
                return worker
            _kill(worker)
        return _start_worker()

    def release(self, worker: subprocess.Popen[bytes]) -> None:
        """Store a worker for the next reader, or kill it if there are enough."""
        if len(self._workers) < self.limit:
            self._workers.append(worker)
        else:
            _kill(worker)


IDLE_WORKERS = IdleWorkers()


def can_recognise() -> bool:
    """Return whether tesseract is installed, so that scanned pages can be read."""
    return shutil.which("tesseract") is not None


def read_file(
    path: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    ocr: bool = False,
    cache: ReadingCache | None = None,
) -> FileReading:
    """Read a file in a worker process, or from the cache.

    Raises:
        FileUnreadableError: the file is damaged, empty, or exceeds a limit.
    """
    with IsolatedReader(limits, ocr=ocr, cache=cache) as reader:
        return reader.read(path)


def read_files(
    paths: Iterable[Path], *, ocr: bool = False, processes: int | None = None
) -> Generator[ReadingAnswer, None, None]:
    """Read files on all cores without a cache; yield answers in the order of `paths`.

    At most four files per process are queued, which bounds the memory for answers.
    """
    count = processes or os.cpu_count() or 1
    readers = [IsolatedReader(ocr=ocr) for _ in range(count)]
    # Each thread takes an idle reader; operations on a deque are atomic.
    idle = deque(readers)

    def answer(path: Path) -> ReadingAnswer:
        reader = idle.pop()
        try:
            return reader.answer(path)
        finally:
            idle.append(reader)

    with ThreadPoolExecutor(count) as threads:
        futures: deque[Future[ReadingAnswer]] = deque()
        try:
            for path in paths:
                futures.append(threads.submit(answer, path))
                if len(futures) >= count * _QUEUED_PER_PROCESS:
                    yield futures.popleft().result()
            while futures:
                yield futures.popleft().result()
        finally:
            for future in futures:
                future.cancel()
            for reader in readers:
                reader.close()


def _kill(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    for stream in (worker.stdin, worker.stdout):
        if stream is not None:
            stream.close()
    worker.wait()


def _start_worker() -> subprocess.Popen[bytes]:
    # The environment is minimal. Threads of OpenBLAS would count against the memory
    # limit, and do not survive a fork.
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


def _read_exactly(stream: IO[bytes], size: int, timeout_s: float) -> bytes:
    parts: list[bytes] = []
    while size:
        ready, _, _ = select.select([stream], [], [], timeout_s)
        if not ready:
            raise TimeoutError
        part = os.read(stream.fileno(), min(size, 1 << 20))
        if not part:
            raise EOFError("the worker has ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
