"""Moves long texts from memory into unnamed temporary files.

Few texts of a service are read often. The page cache of the system keeps those in
memory, shared by all workers. A file is deleted with the last text in it, or when the
process ends.
"""

import os
import tempfile
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from indexer.model.long_text import LongText

LONG_BYTES = 16 * 1024
"""Texts shorter than this stay in memory."""

FULL_BYTES = 64 * 1024 * 1024
"""A file of this size is closed to new texts, so that deleted texts free disk space."""


class _File:
    """An unnamed temporary file, closed when no text refers to it."""

    def __init__(self, folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder) as temporary:
            self._descriptor = os.dup(temporary.fileno())
        weakref.finalize(self, os.close, self._descriptor)
        self.process = os.getpid()
        self.size = 0

    def append(self, content: bytes) -> Callable[[], bytes]:
        """Append a text and return the function that reads it."""
        read = partial(self._read, self.size, len(content))
        while content:
            written = os.pwrite(self._descriptor, content, self.size)
            content = content[written:]
            self.size += written
        return read

    def _read(self, start: int, size: int) -> bytes:
        # pread, because threads and processes share the position of the file.
        parts: list[bytes] = []
        while size and (part := os.pread(self._descriptor, size, start)):
            parts.append(part)
            start, size = start + len(part), size - len(part)
        return b"".join(parts)


class TextSpool:
    """Moves long texts from memory into temporary files of a folder; thread-safe.

    Texts stay in memory when the folder is full or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: _File | None = None
        self._lock = threading.Lock()

    def add(self, text: LongText) -> None:
        """Move a text into a file if it has at least `LONG_BYTES`."""
        if len(text) < LONG_BYTES:
            return
        with self._lock, suppress(OSError):
            text.spool(self._open_file().append(text.utf8))

    def _open_file(self) -> _File:
        file = self._file
        # A forked process needs its own file: both would write at the same offset.
        if file is None or file.size > FULL_BYTES or file.process != os.getpid():
            file = self._file = _File(self._folder)
        return file
