"""All stores of the instance: created, migrated, refused and kept private alike."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from kb.alerts.store import AlertStore
from kb.contributions.contribution_store import ContributionStore
from kb.core.sqlite import Store
from kb.core.storage_errors import StorageError
from kb.database.schema import StaffStore
from kb.mail.outbox import Outbox
from kb.publishing.history.history import History
from kb.publishing.history.revisions import Revisions
from tests.support.builders import PROJECT

Opened = Callable[[Path], Store]

STORES: dict[str, tuple[Opened, str]] = {
    "staff": (lambda folder: StaffStore(folder / "staff.db"), "accounts"),
    "alerts": (lambda folder: AlertStore(folder / "alerts.db"), "subscriptions"),
    "contributions": (
        lambda folder: ContributionStore(folder / "contributions.db", days=9),
        "contacts",
    ),
    "outbox": (lambda folder: Outbox(folder / "mail.db"), "messages"),
    "history": (History, "text"),
    "revisions": (Revisions, "revision"),
}
"""How each store is opened, and one of its tables."""


def _write_nothing(store: Store) -> None:
    with store.writing():
        pass


USES: list[Callable[[Store], object]] = [
    Store.migrate,
    lambda store: store.rows("SELECT 1"),
    _write_nothing,
]
"""What migrates a file of an earlier format."""


@pytest.fixture(params=STORES)
def opened(request: pytest.FixtureRequest) -> Opened:
    """Return the function that opens a store in a folder."""
    return STORES[request.param][0]


def schema(path: Path) -> list[tuple[object, ...]]:
    """Return the tables, indexes and triggers of a file."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        return connection.execute(query).fetchall()


def format_of(path: Path) -> int:
    """Return the number of migrations of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("works", [True, False], ids=["that works", "that fails"])
@pytest.mark.parametrize("use", USES)
def test_a_column_is_added_by_one_migration_or_not_at_all(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    use: Callable[[Store], object],
    *,
    works: bool,
) -> None:
    """An older file then has the column; after a failure, all is as before."""
    opened, table = STORES[name]
    old = opened(tmp_path)
    old.migrate()
    before, columns = schema(old.path), f"SELECT * FROM {table}"  # noqa: S608
    addition = f"ALTER TABLE {table} ADD COLUMN extra TEXT NOT NULL DEFAULT 'x';"
    wrong = "" if works else "SELECT missing FROM nowhere;"
    added = (*old.migrations, f"{addition}\n{wrong}")
    monkeypatch.setattr(type(old), "migrations", added)
    new = opened(tmp_path)

    with nullcontext() if works else pytest.raises(StorageError, match="nowhere"):
        use(new)
        assert not new.migrate()

    if works:
        with new.reading() as connection:
            described = connection.execute(columns).description
        assert described[-1][0] == "extra"
    assert (format_of(new.path) == len(added)) == works
    assert (schema(new.path) == before) == (not works)


@pytest.mark.parametrize("name", STORES)
def test_a_file_of_each_earlier_format_gets_the_present_tables(
    tmp_path: Path, name: str
) -> None:
    """The migrations from any format lead to the same tables as those from nothing."""
    opened, _table = STORES[name]
    new = opened(tmp_path / "new")
    new.migrate()
    for number in range(1, len(new.migrations)):
        old = opened(tmp_path / str(number))
        old.migrations = new.migrations[:number]  # type: ignore[misc]  # of a release
        old.migrate()
        assert format_of(old.path) == number

        assert opened(tmp_path / str(number)).migrate()
        assert schema(old.path) == schema(new.path)


def test_a_file_of_a_later_version_is_not_changed(
    tmp_path: Path, opened: Opened
) -> None:
    """An older program must not destroy the file."""
    store = opened(tmp_path)
    store.migrate()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = schema(store.path)

    with pytest.raises(StorageError, match="later version"):
        store.migrate()
    with pytest.raises(StorageError, match="later version"), store.reading():
        pass
    with pytest.raises(StorageError, match="later version"), store.writing():
        pass

    assert (format_of(store.path), schema(store.path)) == (99, before)


@pytest.mark.parametrize("content", [b"no database at all, only words" * 99, b"SQLite"])
def test_another_file_is_an_error(
    tmp_path: Path, opened: Opened, content: bytes
) -> None:
    """The file is unchanged."""
    store = opened(tmp_path)
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_bytes(content)

    with pytest.raises(StorageError, match=store.path.name):
        store.migrate()
    with pytest.raises(StorageError, match=store.path.name), store.reading():
        pass

    assert store.path.read_bytes() == content


def test_the_files_are_private(tmp_path: Path, opened: Opened) -> None:
    """Those of a write-ahead log too, and a file that was copied by hand."""
    store = opened(tmp_path / "instance")
    store.migrate()

    with store.writing():
        files = list(store.path.parent.glob(f"{store.path.name}*"))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files}

    assert modes == {0o600}
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    store.path.chmod(0o644)
    store.migrate()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [name for name in STORES if name != "staff"])
def test_a_missing_file_is_read_as_empty_tables(tmp_path: Path, name: str) -> None:
    """Reading creates no file; a full disk may have left an empty one."""
    opened, table = STORES[name]
    store = opened(tmp_path)

    assert store.rows(f"SELECT * FROM {table}") == []  # noqa: S608  # our own name
    assert not store.path.exists()

    store.path.parent.mkdir(exist_ok=True)
    store.path.touch()
    assert store.rows(f"SELECT * FROM {table}") == []  # noqa: S608  # our own name
    assert store.path.read_bytes() == b""


def test_a_transaction_takes_effect_completely_or_not_at_all(
    tmp_path: Path, opened: Opened
) -> None:
    """The next transaction of the process does not see what failed."""
    store = opened(tmp_path)
    store.migrate()

    def fail_in_the_middle() -> None:
        with store.writing() as connection:
            connection.execute("CREATE TABLE half (done)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()

    with pytest.raises(StorageError, match="half"):
        store.rows("SELECT * FROM half")


def test_threads_share_the_connections(tmp_path: Path) -> None:
    """Each transaction has a connection of its own, whatever other threads do."""
    store = StaffStore(tmp_path / "staff.db")
    store.migrate()

    def count(_number: int) -> int:
        statement = (
            "INSERT INTO daily_counts VALUES (1, 'dump', 1)"
            " ON CONFLICT (day, name) DO UPDATE SET count = count + 1"
        )
        return store.execute(statement) + len(store.rows("SELECT 1"))

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(count, range(80))) == {2}
    assert store.first("SELECT count FROM daily_counts") == (80,)


@pytest.mark.load
def test_concurrent_starts_migrate_once(tmp_path: Path) -> None:
    """One process migrates, the others wait."""
    code = (
        "import sys; from pathlib import Path; "
        "from kb.database.schema import StaffStore; "
        "print(StaffStore(Path(sys.argv[1])).migrate())"
    )
    running = [
        subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-c", code, str(tmp_path / "staff.db")],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]

    printed = [process.communicate()[0].strip() for process in running]

    assert sorted(printed) == ["False", "False", "False", "True"]


FORKS = """
import os, sys
from pathlib import Path
from tests.support.staff import a_state
state = a_state(Path(sys.argv[1]))
with state.store.reading() as inherited:
    pass
child = os.fork()
with state.store.reading() as connection:
    is_inherited = connection is inherited
state.audit.add("parent" if child else "child", "signed-in")
if not child:
    os._exit(is_inherited)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.load
def test_a_forked_child_opens_its_own_connections(tmp_path: Path) -> None:
    """SQLite connections must not be used after a fork: the file may be damaged."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", FORKS, str(tmp_path)], cwd=PROJECT, check=False
    )

    assert done.returncode == 0
    rows = StaffStore(tmp_path / "staff.db").rows("SELECT actor FROM audit_log")
    assert sorted(rows) == [("child",), ("parent",)]
