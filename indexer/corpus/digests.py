"""Remembers the SHA-256 of files, so that what did not change is not read again."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path

from indexer.corpus.originals import sha256_of
from indexer.files import write_file_atomically

FileMark = tuple[int, int, int, int]
"""Size, times of change and number of a file: they differ when its content may."""


class KnownDigests:
    """The digests of files by their path and state, kept in a file between runs.

    The file can be deleted at any time: all is then read once more. It is not written
    by who `is_only_looking`.
    """

    def __init__(self, path: Path, *, is_only_looking: bool = False) -> None:
        self._path = path
        self._is_only_looking = is_only_looking
        self._known: dict[str, tuple[FileMark, str]] | None = None
        self._lock = threading.Lock()
        self._is_saved = True

    def __call__(self, path: Path) -> str:
        """Give the SHA-256 of a file, from memory unless the file may have changed."""
        status = path.stat()
        state = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        with self._lock:
            if self._known is None:
                self._known = _read(self._path)
            known = self._known.get(str(path))
        if known is not None and known[0] == state:
            return known[1]
        found = sha256_of(path)
        with self._lock:
            self._known[str(path)] = (state, found)
            self._is_saved = False
        return found

    def save(self) -> None:
        """Keep what was found for the next run, if it can be written."""
        with self._lock:
            if self._is_only_looking or self._is_saved or self._known is None:
                return
            # What was deleted would stay for ever.
            kept = {
                path: each for path, each in self._known.items() if Path(path).exists()
            }
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                content = json.dumps(kept).encode()
                write_file_atomically(self._path, content, is_durable=False)
            self._is_saved = True


def _read(path: Path) -> dict[str, tuple[FileMark, str]]:
    """Read what was kept; what can't be understood is as good as nothing."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {
            str(name): ((int(a), int(b), int(c), int(d)), str(sha256))
            for name, ((a, b, c, d), sha256) in kept.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
