"""Keeps long texts out of memory, in files without a name.

Of all texts a service has, few are asked for. What lies in a file is in memory only as
long as the system has room for it, and all workers share it. A file is gone when no
text that lies in it is left, or when the process ends, however it ends.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.model.long_text import LongText

LONG_BYTES = 16 * 1024
"""Shorter texts stay in memory: they are many, and take little."""

FULL_BYTES = 64 * 1024 * 1024
"""After so many, another file is begun: texts that are no more must not pile up."""


class _File:
    """A file without a name, closed when nobody knows of it any more."""

    def __init__(self, folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder) as made:
            self._number = os.dup(made.fileno())
        weakref.finalize(self, os.close, self._number)
        self.process = os.getpid()
        self.size = 0

    def append(self, content: bytes) -> _Extent:
        extent = _Extent(self, self.size, len(content))
        while content:
            written = os.pwrite(self._number, content, self.size)
            content = content[written:]
            self.size += written
        return extent

    def read(self, start: int, size: int) -> bytes:
        # Threads and processes read at once: the file has no place of its own.
        parts: list[bytes] = []
        while size and (part := os.pread(self._number, size, start)):
            parts.append(part)
            start, size = start + len(part), size - len(part)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Extent:
    file: _File
    start: int
    size: int

    def read(self) -> bytes:
        return self.file.read(self.start, self.size)


class TextSpool:
    """Takes long texts out of memory, into a folder; safe among threads.

    Where the folder takes none, for want of room or of leave, they stay in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: _File | None = None
        self._lock = threading.Lock()

    def take(self, text: LongText) -> None:
        """Put a text into a file if it is long."""
        if len(text) < LONG_BYTES:
            return
        with self._lock, suppress(OSError):
            text.spool(self._open_file().append(text.utf8))

    def _open_file(self) -> _File:
        file = self._file
        # Processes that part would write over one another's texts.
        if file is None or file.size > FULL_BYTES or file.process != os.getpid():
            file = self._file = _File(self._folder)
        return file
