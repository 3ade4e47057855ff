"""The SQLite files of the site: one way to open, migrate, read and write them.

A store declares its migrations. `PRAGMA user_version` of its file is the number of
those that are done; the others run in one transaction when the file is opened.
"""

import datetime as dt
import os
import sqlite3
import stat
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ClassVar

from kb.core.locks import exclusive_lock
from kb.core.storage_errors import LATER_VERSION, StorageError, storage_errors

BUSY_TIMEOUT_S = 5.0
MIGRATION_TIMEOUT_S = 30.0
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_OTHERS = 0o077


@contextmanager
def open_sqlite(
    path: Path,
    error: Callable[[Path, str], Exception] = StorageError,
    *,
    timeout_s: float = BUSY_TIMEOUT_S,
    is_created: bool = False,
) -> Iterator[sqlite3.Connection]:
    """Open a database for a block, and create the file if `is_created`.

    `timeout_s` is how long to wait for another writer. Errors of SQLite and of the file
    system, in the block too, are raised as `error(path, reason)`.
    """
    mode = "rwc" if is_created else "rw"
    with storage_errors(path, error), closing(_connect(path, mode, timeout_s)) as file:
        yield file


def _connect(
    path: Path, mode: str, timeout_s: float, *, isolation_level: Any = "DEFERRED"
) -> sqlite3.Connection:
    """Open a file, and set the pragmas of each connection.

    `trusted_schema = OFF`: a database may come from a backup that somebody else made.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=timeout_s,
        isolation_level=isolation_level,
        check_same_thread=False,
    )
    try:
        for pragma in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


LEAST_WAIT_S = 0.2
"""How long a transaction may wait for a lock after the deadline of its request."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def set_deadline(seconds: float | None) -> None:
    """Set the time after which the transactions of this context stop waiting for locks.

    The deadline is one for all databases that a request uses. None removes it.
    """
    _deadline.set(None if seconds is None else time.monotonic() + seconds)


def _allowed_s(wait_s: float) -> float:
    deadline = _deadline.get()
    if deadline is None:
        return wait_s
    return min(wait_s, max(LEAST_WAIT_S, deadline - time.monotonic()))


def is_write_locked(path: Path, *, wait_s: float) -> bool:
    """Return whether another process keeps a database from being written.

    An error of the file system counts as a lock; a missing file is not locked.
    """
    if not path.exists():
        return False
    try:
        with open_sqlite(path, timeout_s=wait_s) as connection:
            connection.execute("BEGIN IMMEDIATE")
    except StorageError:
        return True
    return False


class Store:
    """A SQLite file: a subclass declares its migrations, and reads and writes rows.

    The file is created at the first write, readable by this account only; before, its
    tables are empty. Errors of SQLite and of the file system, in a transaction too,
    are raised as `read_error` or `write_error`.
    """

    migrations: "ClassVar[Sequence[Migration]]" = ()
    """Each makes a format from the one before, the first from an empty file.

    A migration is SQL, or a function for what SQL cannot do. A released migration is
    never edited: a later format is added at the end.
    """

    read_error: ClassVar[type[StorageError]] = StorageError
    write_error: ClassVar[type[StorageError]] = StorageError
    newer_error: ClassVar[type[StorageError]] = StorageError
    """The error of a write into a file that a later version made."""

    erases: ClassVar[bool] = False
    """Whether SQLite overwrites deleted rows; else their bytes stay in the file."""

    keeps_connections: ClassVar[bool] = False
    """Whether connections stay open for the next transaction of the process.

    The file must then exist (`migrate`), and its journal is a write-ahead log: readers
    do not wait for a writer.
    """

    def __init__(
        self, path: Path, *, wait_s: float = BUSY_TIMEOUT_S, is_copy: bool = False
    ) -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: where the file is, or will be.
            wait_s: how long to wait for another writer.
            is_copy: another machine sends the file: it is replaced as a whole, never
                written, and its folder may be read-only.
        """
        self.path = path
        self._wait_s = wait_s
        self._is_copy = is_copy
        self._idle: list[sqlite3.Connection] = []
        if self.keeps_connections:
            weakref.finalize(self, _close_all, self._idle)
            _keeping.add(self)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a read transaction: all queries see one snapshot."""
        with self._transaction(self._wait_s, is_writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self, *, wait_s: float | None = None) -> Iterator[sqlite3.Connection]:
        """Open a write transaction: all statements take effect, or none.

        The write lock is acquired first, so that what the block reads stays true.
        """
        wait_s = self._wait_s if wait_s is None else wait_s
        with self._transaction(wait_s, is_writing=True) as connection:
            yield connection

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.reading() as connection:
            return connection.execute(query, values).fetchall()

    def first(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        return next(iter(self.rows(query, *values)), None)

    def execute(self, statement: str, *values: object) -> int:
        """Execute a statement in a transaction; return how many rows it changed."""
        with self.writing() as connection:
            return connection.execute(statement, values).rowcount

    def migrate(self) -> bool:
        """Create or migrate the file if needed; return whether the file was changed."""
        with storage_errors(self.path, self.write_error):
            self._create_file()
            if stat.S_IMODE(self.path.stat().st_mode) & _OTHERS:
                self.path.chmod(PRIVATE_FILE)  # A file that was copied by hand.
            with closing(self._open()) as connection:
                return self._migrate(connection)

    def format(self, connection: sqlite3.Connection) -> int:
        """Return how many migrations a file has; 0 if it has no table."""
        return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def _known_format(
        self, connection: sqlite3.Connection, newer: type[StorageError]
    ) -> int:
        number = self.format(connection)
        if number > len(self.migrations):
            raise newer(self.path, LATER_VERSION)
        return number

    @contextmanager
    def _transaction(
        self, wait_s: float, *, is_writing: bool
    ) -> Iterator[sqlite3.Connection]:
        error = self.write_error if is_writing else self.read_error
        with storage_errors(self.path, error):
            connection = self._taken(is_writing=is_writing)
            try:
                milliseconds = int(_allowed_s(wait_s) * 1000)
                connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
                connection.execute("BEGIN IMMEDIATE" if is_writing else "BEGIN")
                yield connection
                connection.execute("COMMIT")
            finally:
                self._give_back(connection)

    def _taken(self, *, is_writing: bool) -> sqlite3.Connection:
        """Return a connection to a file in the newest format."""
        with suppress(IndexError):  # Another thread may take the last one meanwhile.
            return self._idle.pop()
        if not self.keeps_connections:
            if is_writing:
                self._create_file()
            elif not self.path.exists():
                return self._empty()
        connection = self._open()
        try:
            newer = self.newer_error if is_writing else self.read_error
            number = self._known_format(connection, newer)
            if number or is_writing or self.keeps_connections:
                self._migrate(connection)
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        return self._empty()  # A full disk has left a file without tables.

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.rollback()
        if self.keeps_connections:
            self._idle.append(connection)
        else:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        mode = "ro&immutable=1" if self._is_copy else "rw"
        wait_s = _allowed_s(self._wait_s)
        connection = _connect(self.path, mode, wait_s, isolation_level=None)
        if self.erases:
            connection.execute("PRAGMA secure_delete = ON")
        if self.keeps_connections:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            if mode != "wal":
                with self._lock():
                    connection.execute("PRAGMA journal_mode = WAL")
        return connection

    def _lock(self) -> AbstractContextManager[None]:
        """Return the lock of the one process that changes the format of the file.

        The conversion to a write-ahead log is no transaction; all else is one.
        """
        if not self.keeps_connections:
            return nullcontext()
        busy = self.write_error(self.path, "another process is changing it")
        path = self.path.with_name(f"{self.path.name}.lock")
        return exclusive_lock(path, busy, timeout_s=MIGRATION_TIMEOUT_S)

    def _empty(self) -> sqlite3.Connection:
        """Return a database in memory with empty tables."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        self._run_migrations(connection, 0)
        return connection

    def _create_file(self) -> None:
        if not self.path.exists():
            folder = self.path.parent
            folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))

    def _migrate(self, connection: sqlite3.Connection) -> bool:
        """Run the missing migrations; of several processes, one runs them."""
        latest = len(self.migrations)
        if self.format(connection) == latest:
            return False
        with self._lock():
            connection.execute("BEGIN IMMEDIATE")
            try:
                number = self._known_format(connection, self.newer_error)
                self._run_migrations(connection, number)
                connection.execute(f"PRAGMA user_version = {latest}")
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.rollback()
        return number < latest

    def _run_migrations(self, connection: sqlite3.Connection, done: int) -> None:
        for migration in self.migrations[done:]:
            if callable(migration):
                migration(self, connection)
            else:
                for statement in statements(migration):
                    connection.execute(statement)


Migration = str | Callable[[Store, sqlite3.Connection], None]


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would commit before it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


def _leave_connections() -> None:
    for store in _keeping:
        _abandoned.extend(store._idle)  # noqa: SLF001  # of this module
        store._idle.clear()  # noqa: SLF001  # of this module


_keeping: weakref.WeakSet[Store] = weakref.WeakSet()
_abandoned: list[sqlite3.Connection] = []
"""Connections of the parent process, which a child must neither use nor close."""

os.register_at_fork(after_in_child=_leave_connections)


def to_seconds(time: dt.datetime) -> int:
    """Return a time as the files store it: whole seconds since 1970."""
    return int(time.timestamp())


def from_seconds(seconds: int) -> dt.datetime:
    """Return a stored time, in UTC."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
