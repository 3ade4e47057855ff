"""The database makes itself, and follows the program."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from kb.database.alembic_upgrade import migration_config
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.migrate import NEWEST, ensure_newest
from kb.database.tables import METADATA
from tests.support.builders import PROJECT
from tests.support.staff import a_state, an_account


def test_the_number_of_the_newest_migration_is_the_one_named() -> None:
    """The quick look at the start compares with it."""
    assert ScriptDirectory.from_config(migration_config()).get_heads() == [NEWEST]


def test_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    """What is written by hand twice must not part."""
    path = tmp_path / "staff.db"
    ensure_newest(path)
    database = Database(path)

    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, METADATA)

    database.close()
    assert differences == []


def test_nobody_else_reads_the_database(tmp_path: Path) -> None:
    """Also the two files that SQLite keeps beside it, and one copied back by hand."""
    folder = tmp_path / "instance"
    ensure_newest(folder / "staff.db")
    state = a_state(folder)
    an_account(state)

    files = [path for path in folder.iterdir() if path.name.startswith("staff.db")]

    assert len(files) >= 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    state.close()
    (folder / "staff.db").chmod(0o644)
    ensure_newest(folder / "staff.db")
    assert stat.S_IMODE((folder / "staff.db").stat().st_mode) == 0o600


def test_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    """Several workers, several commands: one makes it, the others wait."""
    path = tmp_path / "staff.db"
    code = (
        "import sys; from pathlib import Path; "
        "from kb.database.migrate import ensure_newest; "
        "print(ensure_newest(Path(sys.argv[1])))"
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


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """Going back to an older program must not destroy what a newer one made."""
    path = tmp_path / "staff.db"
    ensure_newest(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(DatabaseUnavailableError, match="a later version"):
        ensure_newest(path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


@pytest.mark.parametrize("content", [b"no database at all, only words" * 99, b"SQLite"])
def test_what_is_no_database_is_said(tmp_path: Path, content: bytes) -> None:
    """And the file stays as it was."""
    path = tmp_path / "staff.db"
    path.write_bytes(content)

    with pytest.raises(DatabaseUnavailableError, match=r"staff\.db"):
        ensure_newest(path)

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
def test_the_log_only_grows(tmp_path: Path, statement: str) -> None:
    """Not even by hand, with another program."""
    state = a_state(tmp_path)
    an_account(state)
    before = state.audit.newest(limit=10)

    with (
        pytest.raises(IntegrityError, match="never"),
        state.database.writing() as connection,
    ):
        connection.exec_driver_sql(statement)

    assert state.audit.newest(limit=10) == before
    state.close()
    with (
        closing(sqlite3.connect(tmp_path / "staff.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        connection.execute(statement)


def test_the_quick_look_does_not_bring_sqlalchemy() -> None:
    """Else each start would wait for it."""
    code = (
        "import sys, kb, kb.cli.serve; "
        "print([m for m in ('sqlalchemy', 'alembic') if m in sys.modules])"
    )

    said = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True
    )

    assert said.stdout.strip() == b"[]"
