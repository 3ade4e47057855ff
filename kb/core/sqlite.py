"""Opens SQLite files: every connection of the site has these pragmas and errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb.core.storage_errors import StorageError, storage_errors

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
