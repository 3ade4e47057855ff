"""The staff database: what Alembic migrated goes on, and the audit log only grows."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.core.sqlite import statements
from kb.database.errors import DatabaseUnavailableError
from kb.database.schema import MIGRATIONS, StaffStore, check_schema
from tests.support.staff import PASSWORD, a_state, an_account

ALEMBIC = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
    "INSERT INTO alembic_version VALUES ('{revision}')",
)


def migrated_by_alembic(path: Path, number: int, revision: str = "") -> None:
    """Create the database as a release that had a number of migrations did."""
    with closing(sqlite3.connect(path)) as connection:
        for migration in MIGRATIONS[:number]:
            for statement in statements(migration):
                connection.execute(statement)
        for statement in ALEMBIC:
            connection.execute(statement.format(revision=revision or f"{number:04}"))
        connection.commit()


@pytest.mark.parametrize("number", range(1, 7))
def test_what_alembic_migrated_goes_on(tmp_path: Path, number: int) -> None:
    """Accounts, passwords, sessions and log stay; counts of attempts may be dropped."""
    new = a_state(tmp_path / "new")
    an_account(new)
    token = new.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    log = new.audit.newest(limit=9)
    path = tmp_path / "staff.db"
    migrated_by_alembic(path, number)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS new", (str(new.store.path),))
        for table in ("accounts", "sessions", "audit_log"):
            info = connection.execute(f"PRAGMA main.table_info({table})")
            columns = ", ".join(row[1] for row in info)
            connection.execute(f"INSERT INTO {table} SELECT {columns} FROM new.{table}")  # noqa: S608  # our own names
        connection.commit()

    state = a_state(tmp_path)

    assert state.sessions.find(token or "") is not None
    assert state.audit.newest(limit=9) == log
    assert state.sign_in_limiter.attempt("lea@example.org", "::1") is None
    assert state.sessions.sign_in("lea@example.org", PASSWORD, browser="")
    check_schema(path)
    with state.store.reading() as connection:
        assert StaffStore(path).format(connection) == len(MIGRATIONS)


@pytest.mark.parametrize("revision", ["9999", "a1b2c3"])
def test_a_later_revision_of_alembic_is_not_changed(
    tmp_path: Path, revision: str
) -> None:
    """An older program must not destroy the database."""
    path = tmp_path / "staff.db"
    migrated_by_alembic(path, 6, revision)

    with pytest.raises(DatabaseUnavailableError, match="a later version"):
        StaffStore(path).migrate()

    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT version_num FROM alembic_version"
        assert connection.execute(query).fetchone() == (revision,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'somebody else'",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log VALUES (1, 0, '', '', '', '')",
        "UPDATE OR REPLACE audit_log SET id = 2 WHERE id = 1",
    ],
)
def test_the_audit_log_is_append_only(tmp_path: Path, statement: str) -> None:
    """Triggers reject it, also for other programs."""
    state = a_state(tmp_path)
    an_account(state)
    before = state.audit.newest(limit=10)

    with pytest.raises(DatabaseUnavailableError, match="never"):
        state.store.execute(statement)

    assert state.audit.newest(limit=10) == before
    with (
        closing(sqlite3.connect(tmp_path / "staff.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        connection.execute(statement)
