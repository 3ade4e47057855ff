"""The SQLAlchemy connections to the staff database, one SQLite file."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Delete, Engine, Select, create_engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.pool import QueuePool

from kb.core.sqlite import BUSY_TIMEOUT_S, configure
from kb.database.errors import DatabaseUnavailableError

BUSY_TIMEOUT_MS = int(BUSY_TIMEOUT_S * 1000)


class Database:
    """The connection pool of this process; a forked child opens its own connections.

    All methods raise `DatabaseUnavailableError` when the file can't be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = create_engine(
            "sqlite://",
            creator=partial(_connect, path),
            poolclass=QueuePool,
            hide_parameters=True,
        )
        weakref.finalize(self, self._engine.dispose)
        _engines.add(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read transaction: all queries see one snapshot."""
        with self._transaction("BEGIN", BUSY_TIMEOUT_MS) as connection:
            yield connection

    @contextmanager
    def writing(self, *, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
        """Open a write transaction: all statements take effect, or none.

        The write lock is acquired first, so that what the block reads stays true.
        """
        with self._transaction("BEGIN IMMEDIATE", wait_ms) as connection:
            yield connection

    def rows(self, query: Select[Any]) -> Sequence[Any]:
        """Return the rows of a query."""
        with self.reading() as connection:
            return connection.execute(query).all()

    def first(self, query: Select[Any]) -> Any | None:
        """Return the first row of a query, or None."""
        return next(iter(self.rows(query)), None)

    def delete(self, statement: Delete) -> None:
        """Delete rows in a transaction of their own."""
        with self.writing() as connection:
            connection.execute(statement)

    @contextmanager
    def _transaction(self, begin: str, wait_ms: int) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
                connection.exec_driver_sql(begin)
                yield connection
                connection.commit()
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise DatabaseUnavailableError(self.path, str(error.orig)) from error


def _connect(path: Path) -> sqlite3.Connection:
    # Without an isolation level, the driver starts no transaction by itself.
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    configure(connection)
    return connection


def _leave_connections() -> None:
    for engine in _engines:
        engine.dispose(close=False)


_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
# SQLite connections must not be used in a forked child.
os.register_at_fork(after_in_child=_leave_connections)
