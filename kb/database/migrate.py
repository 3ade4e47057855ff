"""Brings the database to the newest form of its tables, by itself."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from kb.database.errors import DatabaseUnavailableError

NEWEST = "0001"
"""The number of the newest migration; a test compares it with the folder."""

WAIT_S = 30.0
PRIVATE = 0o600


def ensure_newest(path: Path) -> bool:
    """Make the database, or bring it up to date; tell whether anything was done.

    When nothing has to be, this costs one look into the file. Of several processes
    that start at once, one does the work and the others wait for it.

    Raises:
        StateUnavailableError: it can't be, or a later version of this program made it.
    """
    if revision(path) == NEWEST:
        _make_private(path)
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(
            path.with_name(f"{path.name}.lock"), timeout=WAIT_S, mode=PRIVATE
        ):
            if revision(path) == NEWEST:
                return False
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
            _make_private(path)
            from kb.database.alembic_upgrade import upgrade  # noqa: PLC0415  # slow to import

            upgrade(path)
    except Timeout as error:
        raise DatabaseUnavailableError(
            path, "another process is changing it"
        ) from error
    except OSError as error:
        raise DatabaseUnavailableError(path, error.strerror or str(error)) from error
    return True


def _make_private(path: Path) -> None:
    """Let nobody else read it, also where it was copied back by hand."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(PRIVATE)


def revision(path: Path) -> str | None:
    """Give the number of the migration that a database is at; None when it has none."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_S)) as connection:
            known = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchone()
            if known is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version")
            return next((str(version) for (version,) in row), None)
    except sqlite3.Error as error:
        raise DatabaseUnavailableError(path, str(error)) from error
