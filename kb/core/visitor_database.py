"""SQLite files of what visitors send: private, erased for good, with a rate limit."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.core.sqlite import open_sqlite
from kb.core.storage_errors import LATER_VERSION, StorageError

VERSION = 1
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_DAY_S = 24 * 3600

_REQUESTS = """
CREATE TABLE IF NOT EXISTS requests (key BLOB NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS requests_key ON requests (key, at);
PRAGMA user_version = 1;
"""


class VisitorDatabase:
    """A file that is created at its first use, readable by this account only.

    All methods raise `StorageError` when the file can't be read or written.
    """

    def __init__(self, path: Path, schema: str) -> None:
        """Name the file and the statements that create its tables."""
        self._path = path
        self._schema = schema

    def count_request(
        self, key: bytes, now: dt.datetime, *, limit: int, hours: int
    ) -> bool:
        """Count a request of a client or of a network; return whether it is allowed.

        Only a digest of `key` is stored, for a day.
        """
        digest, at = hashlib.blake2b(key, digest_size=16).digest(), to_seconds(now)
        with self._writing() as connection:
            connection.execute("DELETE FROM requests WHERE at <= ?", (at - _DAY_S,))
            found = connection.execute(
                "SELECT count(*) FROM requests WHERE key = ? AND at > ?",
                (digest, at - hours * 3600),
            ).fetchone()
            if found[0] >= limit:
                return False
            connection.execute("INSERT INTO requests VALUES (?, ?)", (digest, at))
            return True

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        self._ensure_exists()
        with open_sqlite(self._path) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._ensure_exists()
        with open_sqlite(self._path) as connection:
            # Else a deleted address would stay in the file until its page is reused.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    def _ensure_exists(self) -> None:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
        with open_sqlite(self._path) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == VERSION:
                return
            if version > VERSION:
                raise StorageError(self._path, LATER_VERSION)
            with connection:
                connection.executescript(
                    f"BEGIN IMMEDIATE; {self._schema} {_REQUESTS} COMMIT;"
                )


def to_seconds(time: dt.datetime) -> int:
    """Return a time as these files store it."""
    return int(time.timestamp())


def from_seconds(seconds: int) -> dt.datetime:
    """Return a stored time."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
