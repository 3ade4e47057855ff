"""The SQLite files of the site: pragmas, errors, and files of visitors' messages."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb.core.storage_errors import LATER_VERSION, StorageError, storage_errors

BUSY_TIMEOUT_S = 5.0


@contextmanager
def open_sqlite(
    path: Path,
    error: Callable[[Path, str], Exception] = StorageError,
    *,
    timeout_s: float = BUSY_TIMEOUT_S,
    is_created: bool = False,
    is_copy: bool = False,
) -> Iterator[sqlite3.Connection]:
    """Open a database for a block, and create the file if `is_created`.

    With `is_copy`, the file is opened read-only, without locks and without a journal:
    it is replaced as a whole, never written, and its folder may be read-only.

    `timeout_s` is how long to wait for another writer. Errors of SQLite and of the file
    system, in the block too, are raised as `error(path, reason)`.
    """
    mode = "rwc" if is_created else "rw"
    if is_copy:
        mode = "ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    with (
        storage_errors(path, error),
        closing(sqlite3.connect(uri, uri=True, timeout=timeout_s)) as connection,
    ):
        configure(connection)
        yield connection


def configure(connection: sqlite3.Connection) -> None:
    """Set the pragmas of a new connection.

    `trusted_schema = OFF`: a database may come from a backup that somebody else made.
    """
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")


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
