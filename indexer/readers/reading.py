"""Reads a file in this process: its type, then the reader of that type.

Files come from anyone: only `worker.py`, which has limits, calls this on them.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from indexer.errors import FileUnreadableError
from indexer.model.readings import FileReading, FileType, Unreadable
from indexer.readers.detection import detect_type
from indexer.readers.limits import DEFAULT_LIMITS, Limits
from indexer.readers.pdf.reader import read_pdf
from indexer.readers.sources import Source

_READERS: dict[FileType, Callable[[Source], FileReading]] = {
    FileType.PDF: read_pdf,
}


def read(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, tesseract: str = ""
) -> FileReading:
    """Read a file of any type that can be read.

    Raises:
        FileUnreadableError: it can't be read, holds no text, or costs too much.
    """
    content = _content(path, limits)
    kind = detect_type(path.name, content)
    source = Source(path.name, content, kind, limits, tesseract)
    reader = _READERS.get(kind)
    if reader is None:
        raise FileUnreadableError(path.name, Unreadable.UNKNOWN_TYPE, kind.value)
    return reader(source)


def _content(path: Path, limits: Limits) -> bytes:
    try:
        facts = path.stat()
        # To open a pipe would be to wait for what it says.
        if not stat.S_ISREG(facts.st_mode):
            raise FileUnreadableError(path.name, Unreadable.UNKNOWN_TYPE)
        if facts.st_size > limits.file_bytes:
            raise FileUnreadableError(path.name, Unreadable.TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        detail = error.strerror or ""
        raise FileUnreadableError(path.name, Unreadable.MISSING, detail) from error
