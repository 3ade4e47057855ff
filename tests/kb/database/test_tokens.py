"""The secret of the service."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kb.database.secret_tokens import instance_secret
from tests.support.builders import PROJECT


def test_the_secret_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    """No default secret, and nobody else reads it."""
    path = tmp_path / "instance" / "secret.key"

    first = instance_secret(path)

    assert instance_secret(path) == first
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]
    assert instance_secret(tmp_path / "other" / "secret.key") != first


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    """Else a cookie of one worker would be refused by the next."""
    code = (
        "import sys; from pathlib import Path; "
        "from kb.database.secret_tokens import instance_secret; "
        "print(instance_secret(Path(sys.argv[1])).hex())"
    )
    running = [
        subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-c", code, str(tmp_path / "secret.key")],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
        )
        for _ in range(6)
    ]

    secrets = {process.communicate()[0] for process in running}

    assert len(secrets) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


def test_a_secret_that_others_could_read_is_closed(tmp_path: Path) -> None:
    """It may have been copied back by hand."""
    path = tmp_path / "secret.key"
    instance_secret(path)
    path.chmod(0o644)

    instance_secret(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_cut_short_or_linked_is_refused(tmp_path: Path) -> None:
    """An empty secret would sign anything for anybody."""
    path = tmp_path / "secret.key"
    path.write_bytes(b"")
    with pytest.raises(OSError, match="damaged"):
        instance_secret(path)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(b"x" * 64)

    with pytest.raises(OSError, match="symbolic"):
        instance_secret(path)
