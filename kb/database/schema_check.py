"""Sees that a database that somebody brings can serve as that of the staff side."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from kb.database.errors import DatabaseUnavailableError
from kb.database.migrate import ensure_newest, revision

OTHER = "it is not the database of this program"


def check_schema(path: Path) -> None:
    """Bring a database up to date, and see that it is then like one that we make.

    Its tables and the triggers that keep the log are compared with those of a new one,
    for SQLite would run any trigger that stands in it.

    Raises:
        StateUnavailableError: it is something else, or of a later version.
    """
    if revision(path) is None:
        raise DatabaseUnavailableError(path, OTHER)
    ensure_newest(path)
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / path.name
        ensure_newest(new)
        try:
            if _schema(path) != _schema(new) or _has_stray_keys(path):
                raise DatabaseUnavailableError(path, OTHER)
        except sqlite3.Error as error:
            raise DatabaseUnavailableError(path, str(error)) from error


def _schema(path: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
        )
        return {tuple(map(str, row)) for row in found}


def _has_stray_keys(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA foreign_key_check").fetchone() is not None
