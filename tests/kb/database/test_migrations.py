"""Tests of the migrations."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, TableClause, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from kb.database import migrate, tables
from kb.database.errors import DatabaseUnavailableError
from kb.database.migrate import LATEST_REVISION, MIGRATIONS, ensure_migrated
from kb.database.migrations.versions import m0001_accounts
from tests.support.builders import PROJECT
from tests.support.staff import PASSWORD, a_state, an_account


def test_latest_revision_is_the_newest_migration() -> None:
    """The start compares the database with it."""
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [LATEST_REVISION]


def test_the_columns_of_the_code_are_those_of_the_migrations(tmp_path: Path) -> None:
    """`tables.py` and the migrations are written by hand."""
    path = tmp_path / "staff.db"
    ensure_migrated(path)
    ours = [each for each in vars(tables).values() if isinstance(each, TableClause)]

    stored = MetaData()
    stored.reflect(create_engine(f"sqlite:///{path}", poolclass=NullPool))

    assert {each.name: each.c.keys() for each in ours} == {
        name: table.c.keys()
        for name, table in stored.tables.items()
        if name != "alembic_version"
    }


def test_a_database_of_the_first_version_opens(tmp_path: Path) -> None:
    """Accounts, passwords, sessions and log stay; counts of attempts are dropped."""
    old, path = a_state(tmp_path / "new"), tmp_path / "staff.db"
    an_account(old)
    token = old.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    log = old.audit.newest(limit=9)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS new", (str(old.database.path),))
        for statement in m0001_accounts.STATEMENTS:
            connection.execute(statement)
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        connection.execute("INSERT INTO attempts VALUES ('pair/x', 30, 9999999999)")
        for table in ("accounts", "sessions", "audit_log"):
            info = connection.execute(f"PRAGMA table_info({table})")
            columns = ", ".join(row[1] for row in info)
            connection.execute(f"INSERT INTO {table} SELECT {columns} FROM new.{table}")  # noqa: S608  # our own names
        connection.commit()

    state = a_state(tmp_path)

    assert state.sessions.find(token or "") is not None
    assert state.audit.newest(limit=9) == log
    assert state.sign_in_limiter.attempt("lea@example.org", "::1") is None
    assert state.sessions.sign_in("lea@example.org", PASSWORD, browser="")


def test_the_database_is_private(tmp_path: Path) -> None:
    """The WAL files too, and a file that was copied by hand."""
    folder = tmp_path / "instance"
    ensure_migrated(folder / "staff.db")
    state = a_state(folder)
    an_account(state)

    with state.database.writing():
        files = list(folder.glob("staff.db*"))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files}

    assert len(files) >= 3
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "staff.db").chmod(0o644)
    ensure_migrated(folder / "staff.db")
    assert stat.S_IMODE((folder / "staff.db").stat().st_mode) == 0o600


@pytest.mark.load
def test_concurrent_starts_migrate_once(tmp_path: Path) -> None:
    """One process migrates, the others wait."""
    path = tmp_path / "staff.db"
    code = (
        "import sys; from pathlib import Path; "
        "from kb.database.migrate import ensure_migrated; "
        "print(ensure_migrated(Path(sys.argv[1])))"
    )
    running = [
        subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-c", code, str(path)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]

    said = [process.communicate()[0].strip() for process in running]

    assert sorted(said) == ["False", "False", "False", "True"]


def test_a_newer_database_is_not_changed(tmp_path: Path) -> None:
    """An older program must not destroy it."""
    path = tmp_path / "staff.db"
    ensure_migrated(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(DatabaseUnavailableError, match="a later version"):
        ensure_migrated(path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


NEXT = "9999"
NEXT_MIGRATION = """
from alembic import op

revision, down_revision = "9999", "{latest}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN name TEXT NOT NULL DEFAULT ''")
    op.execute("{last}")
"""


@pytest.mark.parametrize(
    ("last", "after"),
    [
        ("SELECT name FROM accounts", NEXT),
        ("SELECT age FROM accounts", LATEST_REVISION),
    ],
    ids=["that works", "that fails"],
)
def test_a_migration_takes_effect_completely_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str, after: str
) -> None:
    """After a failed one, the earlier version still opens the database."""
    path, folder = tmp_path / "staff.db", tmp_path / "migrations"
    an_account(a_state(tmp_path))
    shutil.copytree(MIGRATIONS, folder)
    migration = NEXT_MIGRATION.format(latest=LATEST_REVISION, last=last)
    (folder / "versions/m9999_names.py").write_text(migration, "utf-8")
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    monkeypatch.setattr(migrate, "LATEST_REVISION", NEXT)

    with nullcontext() if after == NEXT else pytest.raises(DatabaseUnavailableError):
        ensure_migrated(path)

    assert migrate.revision(path) == after
    with closing(sqlite3.connect(path)) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(accounts)")}
        assert ("name" in columns) == (after == NEXT)
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"no database at all, only words" * 99, b"SQLite"])
def test_another_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    """The file is unchanged."""
    path = tmp_path / "staff.db"
    path.write_bytes(content)

    with pytest.raises(DatabaseUnavailableError, match=r"staff\.db"):
        ensure_migrated(path)

    assert path.read_bytes() == content


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

    with (
        pytest.raises(IntegrityError, match="never"),
        state.database.writing() as connection,
    ):
        connection.exec_driver_sql(statement)

    assert state.audit.newest(limit=10) == before
    with (
        closing(sqlite3.connect(tmp_path / "staff.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        connection.execute(statement)


@pytest.mark.load
def test_ensure_migrated_does_not_import_sqlalchemy() -> None:
    """The import would delay each start."""
    code = (
        "import sys, kb, kb.cli.serve; "
        "print([m for m in ('sqlalchemy', 'alembic') if m in sys.modules])"
    )

    said = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True
    )

    assert said.stdout.strip() == b"[]"
