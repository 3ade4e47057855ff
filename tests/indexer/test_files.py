"""Tests of atomic writes."""

import os
import stat
from pathlib import Path

import pytest

from indexer.files import write_file_atomically


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    """Without `mode`, a new file is as readable as its folder."""
    tmp_path.chmod(0o755)
    path = tmp_path / "file"

    write_file_atomically(path, b"old")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    write_file_atomically(path, b"new", is_durable=False)

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No temporary file is left."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        write_file_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
