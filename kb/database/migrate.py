"""Creates and migrates the staff database.

Alembic and SQLAlchemy are slow to import: only a migration imports them.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from kb.core.locks import exclusive_lock
from kb.core.sqlite import open_sqlite
from kb.core.storage_errors import LATER_VERSION, storage_errors
from kb.database.errors import DatabaseUnavailableError

LATEST_REVISION = "0006"
"""The newest migration; a test compares it with the folder of migrations."""

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_S = 30.0
PRIVATE = 0o600


def ensure_migrated(path: Path) -> bool:
    """Create or migrate the database if needed, and return whether it was.

    An up-to-date database costs one query. Of several processes that start together,
    one migrates and the others wait.

    Raises:
        DatabaseUnavailableError: the migration failed, or the database is newer.
    """
    if revision(path) == LATEST_REVISION:
        _make_private(path)
        return False
    busy = DatabaseUnavailableError(path, "another process is changing it")
    lock = path.with_name(f"{path.name}.lock")
    with storage_errors(path, lambda _, why: DatabaseUnavailableError(path, why)):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with exclusive_lock(lock, busy, timeout_s=WAIT_S):
            if revision(path) == LATEST_REVISION:
                return False
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
            _make_private(path)
            _migrate(path)
    return True


def _migrate(path: Path) -> None:
    """Run all missing migrations in one transaction."""
    # Imported here because they are slow to import (module docstring).
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from kb.database.connection import Database  # noqa: PLC0415

    config = Config()
    # `%` starts an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with Database(path).writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        # Alembic does not know the revision of the database.
        raise DatabaseUnavailableError(path, LATER_VERSION) from error
    except SQLAlchemyError as error:
        raise DatabaseUnavailableError(path, str(error)) from error


def _make_private(path: Path) -> None:
    """Deny access to other accounts, also to a file that was copied by hand."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(PRIVATE)


def revision(path: Path) -> str | None:
    """Return the revision of a database, or None if it has none.

    Raises:
        DatabaseUnavailableError: the file is not a database, or can't be read.
    """
    if not path.exists():
        return None
    with open_sqlite(path, DatabaseUnavailableError, timeout_s=WAIT_S) as connection:
        has_revision = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        if has_revision is None:
            return None
        rows = connection.execute("SELECT version_num FROM alembic_version")
        return next((str(version) for (version,) in rows), None)


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
