"""The SQLAlchemy connections to the staff database, one SQLite file."""

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

from kb.core.sqlite import BUSY_TIMEOUT_S, configure
from kb.database.errors import DatabaseUnavailableError

BUSY_TIMEOUT_MS = int(BUSY_TIMEOUT_S * 1000)


class Database:
    """The connection pool of this process; a forked child opens its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: Engine | None = None
        self._owner = 0
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read transaction: all queries see one snapshot.

        Raises:
            DatabaseUnavailableError: the database can't be read.
        """
        with self._errors(), self._pool().connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
        """Open a write transaction: all statements take effect, or none.

        The write lock is acquired first, so that what the block reads stays true.

        Raises:
            DatabaseUnavailableError: the database can't be written, or is locked.
        """
        with self._errors(), self._pool().connect() as plain:
            connection = plain.execution_options(kb_writes=True, kb_wait_ms=wait_ms)
            with connection.begin():
                yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise the errors of a full disk, of permissions and of locks as one."""
        try:
            yield
        except DatabaseError as error:
            if isinstance(error, IntegrityError):
                raise
            raise DatabaseUnavailableError(self.path, str(error.orig)) from error

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose(close=self._owner == os.getpid())
            self._engine = None

    def _pool(self) -> Engine:
        with self._lock:
            if self._engine is None or self._owner != os.getpid():
                if self._engine is not None:
                    # After a fork, the connections belong to the parent.
                    self._engine.dispose(close=False)
                self._engine = _new_engine(self.path)
                self._owner = os.getpid()
                weakref.finalize(self, _dispose, self._engine, self._owner)
            return self._engine


def _dispose(engine: Engine, owner: int) -> None:
    engine.dispose(close=owner == os.getpid())


def _new_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # `_begin` starts the transactions, not the driver.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    configure(connection)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    wait_ms = int(options.get("kb_wait_ms", BUSY_TIMEOUT_MS))
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
    is_writing = options.get("kb_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
