"""A cache of the SHA-256 of files, so that unchanged files are not hashed again."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path

from indexer.corpus.originals import sha256_of
from indexer.files import FileStamp, file_stamp, write_file_atomically


class DigestCache:
    """SHA-256 digests by path and file stamp, stored in a JSON file between runs.

    Deleting the file is safe: all digests are then computed again. With `is_read_only`
    the file is never written.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self._path = path
        self._is_read_only = is_read_only
        self._digests: dict[str, tuple[FileStamp, str]] | None = None
        self._lock = threading.Lock()
        self._is_saved = True

    def __call__(self, path: Path) -> str:
        """Return the SHA-256 of a file, from the cache while its stamp is the same."""
        stamp = file_stamp(path.stat())
        with self._lock:
            if self._digests is None:
                self._digests = _read(self._path)
            cached = self._digests.get(str(path))
        if cached is not None and cached[0] == stamp:
            return cached[1]
        digest = sha256_of(path)
        with self._lock:
            self._digests[str(path)] = (stamp, digest)
            self._is_saved = False
        return digest

    def save(self) -> None:
        """Write new digests to the file; a file that cannot be written is ignored."""
        with self._lock:
            if self._is_read_only or self._is_saved or self._digests is None:
                return
            # Drop the digests of deleted files.
            stored = {
                path: each
                for path, each in self._digests.items()
                if Path(path).exists()
            }
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                content = json.dumps(stored).encode()
                write_file_atomically(self._path, content, is_durable=False)
            self._is_saved = True


def _read(path: Path) -> dict[str, tuple[FileStamp, str]]:
    """Read the stored digests; a damaged file counts as empty."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {
            name: (tuple(map(int, stamp)), str(sha256))
            for name, (stamp, sha256) in stored.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
