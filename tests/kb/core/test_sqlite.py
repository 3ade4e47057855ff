"""Tests of the one way to open SQLite files."""

from pathlib import Path

import pytest

from kb.core.sqlite import open_sqlite
from kb.core.storage_errors import StorageError


def test_a_missing_file_is_created_only_on_request(tmp_path: Path) -> None:
    """A wrong path must not become an empty database."""
    path = tmp_path / "100% new.db"
    with pytest.raises(StorageError, match="100% new"), open_sqlite(path):
        pass
    assert not path.exists()

    with open_sqlite(path, is_created=True) as connection, connection:
        connection.execute("CREATE TABLE numbers (number)")

    with open_sqlite(path) as connection:
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert connection.execute("SELECT * FROM numbers").fetchall() == []


def test_errors_in_the_block_are_translated(tmp_path: Path) -> None:
    """They name the path and the reason, as one error for all causes."""
    path = tmp_path / "some.db"
    path.write_bytes(b"this is not a database, but a text")

    with pytest.raises(StorageError) as caught, open_sqlite(path) as connection:
        connection.execute("SELECT 1 FROM sqlite_master")

    assert caught.value.path == path
    assert "not a database" in caught.value.reason
