"""Opens the database: one file of SQLite, which several processes read and write."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from kb.database.errors import DatabaseUnavailableError

BUSY_TIMEOUT_MS = 5000


class Database:
    """Connections to the file, for this process; a process that parts opens its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: Engine | None = None
        self._owner = 0
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read, from one state of the database."""
        with self._told(), self._opened().connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
        """Write all that the block writes, or nothing.

        The right to write is taken at the beginning, so that what the block reads is
        still true when it writes.
        """
        with self._told(), self._opened().connect() as plain:
            connection = plain.execution_options(kb_writes=True, kb_wait_ms=wait_ms)
            with connection.begin():
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            if isinstance(error, IntegrityError):
                raise
            # A full disk, a folder that can't be written, a file that is no database,
            # or another who writes for too long.
            raise DatabaseUnavailableError(self.path, str(error.orig)) from error

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose(close=self._owner == os.getpid())
            self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None or self._owner != os.getpid():
                if self._engine is not None:
                    # Connections of the process that we parted from are its own.
                    self._engine.dispose(close=False)
                self._engine = _engine(self.path)
                self._owner = os.getpid()
                weakref.finalize(self, _dispose, self._engine, self._owner)
            return self._engine


def _dispose(engine: Engine, owner: int) -> None:
    """Close what was left open, unless it is of the process that we parted from."""
    engine.dispose(close=owner == os.getpid())


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # Transactions begin where we say so, and not where the driver guesses.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    wait_ms = int(options.get("kb_wait_ms", BUSY_TIMEOUT_MS))
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
    writes = options.get("kb_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
