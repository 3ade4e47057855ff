"""A worker process that forks a child with resource limits for each file.

    python -m indexer.readers.sandbox.worker

Requests are lines on stdin; an answer on stdout is its length in eight bytes, then its
content. Starting Python takes longer than reading most files: so this process loads the
readers once, and forks. A file that crashes its child does not affect the next one.
"""

import ctypes
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

from indexer.errors import FileUnreadableError
from indexer.model.document import Unreadable
from indexer.model.tables import SentTable
from indexer.readers import dispatch
from indexer.readers.dispatch import load_model
from indexer.readers.pdf.page_pictures import draw_pages
from indexer.readers.sandbox.isolation import isolate
from indexer.readers.sandbox.protocol import (
    Limits,
    Request,
    pack,
    pack_pictures,
)

_PR_SET_PDEATHSIG = 1
_CHUNK_BYTES = 1 << 20
_OOM_SHARE = 0.6
_OUR_CODE = Path(dispatch.__file__).parents[1]
"""A child that crashed with a peak above this share of its limit ran out of memory."""


def main(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input is closed."""
    while line := requests.readline():
        request = Request.of_line(line)
        if not request.pictures:
            # Loaded before the forks: a child would load it again for each file.
            load_model()
        answer = _answer(request, requests)
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()


def _answer(request: Request, requests: BinaryIO) -> bytes:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _run_as_child(request, writer)
    os.close(writer)
    content = _read_all(reader, request, requests.fileno())
    os.close(reader)
    if content is None:
        os.kill(child, signal.SIGKILL)
    status, peak_bytes = _wait(child)
    if content is None:
        return pack(_refused(request, Unreadable.TOO_LARGE))
    if status == 0:
        return content
    return pack(_refused(request, _cause_of(status, peak_bytes, request)))


def _read_all(reader: int, request: Request, requests: int) -> bytes | None:
    """Return the output of a child; None if it is too long or the client has gone."""
    parts: list[bytes] = []
    size = 0
    while True:
        ready, _, _ = select.select([reader, requests], [], [])
        if reader not in ready:
            # A client sends one request at a time: this is the end of stdin.
            return None
        part = os.read(reader, _CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > request.limits.output_bytes:
            return None


def _wait(child: int) -> tuple[int, int]:
    """Reap a child, kill its process group; return its exit code and peak RSS."""
    _, status, usage = os.wait4(child, 0)
    # The group is missing when the child died early, or left no process behind.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024


def _cause_of(status: int, peak_bytes: int, request: Request) -> Unreadable:
    if status in {-signal.SIGALRM, -signal.SIGXCPU}:
        return Unreadable.TOO_SLOW
    is_large = peak_bytes > _OOM_SHARE * request.limits.memory_bytes
    if is_large or status == -signal.SIGKILL:
        return Unreadable.TOO_MUCH_MEMORY
    return Unreadable.CRASHED


def _refused(request: Request, reason: Unreadable) -> FileUnreadableError:
    return FileUnreadableError(request.path.name, reason)


def _run_as_child(request: Request, writer: int) -> NoReturn:
    try:
        os.setpgid(0, 0)
        _die_with_parent()
        _limit(request)
        _close_others(writer)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(_read(request))
    except BaseException:  # noqa: BLE001 - a child must not return to the loop of its parent
        os._exit(1)
    os._exit(0)


def _die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit(request: Request) -> None:
    """Set a timer and rlimits, so that the kernel kills this process beyond them."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, request.time_s)
    seconds = int(request.time_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _mapped_bytes() + request.limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _close_others(writer: int) -> None:
    """Close every descriptor but that of the answer: the worker's pipes are open."""
    os.closerange(3, writer)
    os.closerange(writer + 1, os.sysconf("SC_OPEN_MAX"))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _mapped_bytes() -> int:
    # Libraries and the language model, mapped before the fork, do not count.
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 1 << 30
    return int(statm.read_text("ascii").split()[0]) * resource.getpagesize()


def _read(request: Request) -> bytes:
    """Return the packed reading of a file, its drawn pages, or an error."""
    name = request.path.name
    try:
        content = dispatch.load(request.path, request.limits)
    except FileUnreadableError as error:
        return pack(error)
    except MemoryError:
        return pack(FileUnreadableError(name, Unreadable.TOO_MUCH_MEMORY))
    # Loaded before the isolation, and only here: few files are tables.
    read_table = _table_reader() if request.is_table else None
    isolate(request.tesseract)
    try:
        if read_table is not None:
            return pack(read_table(name, content, request.limits))
        return _read_content(request, content)
    except FileUnreadableError as error:
        return pack(error)
    except MemoryError:
        return pack(FileUnreadableError(name, Unreadable.TOO_MUCH_MEMORY))
    except RecursionError:
        return pack(FileUnreadableError(name, Unreadable.DAMAGED, "too deep"))
    except Exception as error:  # noqa: BLE001 - libraries raise anything for a bad file
        return pack(unexpected_refusal(name, error))


def _read_content(request: Request, content: bytes) -> bytes:
    if request.pictures:
        return pack_pictures(draw_pages(content, request.pictures))
    return pack(
        dispatch.read_content(
            request.path.name,
            content,
            limits=request.limits,
            tesseract=request.tesseract,
        )
    )


def _table_reader() -> Callable[[str, bytes, Limits], SentTable]:
    from indexer.readers.tables.table_reader import read_table  # noqa: PLC0415

    return read_table


def unexpected_refusal(name: str, error: Exception) -> FileUnreadableError:
    """Return the refusal of a file whose reading raised an unexpected exception.

    The file is damaged if a library raised it; our own code must not, so that the file
    may be sound. The details name the place, for the log.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = Path(trace.tb_frame.f_code.co_filename) if trace is not None else Path()
    if trace is None or not place.is_relative_to(_OUR_CODE):
        return FileUnreadableError(name, Unreadable.DAMAGED, type(error).__name__)
    detail = f"{type(error).__name__}, {place.name}:{trace.tb_lineno}"
    return FileUnreadableError(name, Unreadable.CRASHED, detail)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
