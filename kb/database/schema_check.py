"""Checks that a restored database has the schema of the staff database."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kb.core.sqlite import open_sqlite
from kb.database.errors import DatabaseUnavailableError
from kb.database.migrate import ensure_migrated, revision

WRONG_SCHEMA = "it is not the database of this program"


def check_schema(path: Path) -> None:
    """Migrate a database, then compare its schema with that of a new one.

    Tables and triggers must be equal: SQLite would run any trigger of the file.

    Raises:
        DatabaseUnavailableError: the schema differs, or is of a later version.
    """
    if revision(path) is None:
        raise DatabaseUnavailableError(path, WRONG_SCHEMA)
    ensure_migrated(path)
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / path.name
        ensure_migrated(new)
        if _schema(path) != _schema(new):
            raise DatabaseUnavailableError(path, WRONG_SCHEMA)


def _schema(path: Path) -> set[tuple[str, ...]]:
    """Return the schema, and the rows with a foreign key of a missing row."""
    schema = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    with open_sqlite(path, DatabaseUnavailableError) as connection:
        return {
            tuple(map(str, row))
            for query in (schema, "PRAGMA foreign_key_check")
            for row in connection.execute(query)
        }
