"""Tests of the secret of the instance."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kb.database.secret_tokens import instance_secret
from tests.support.builders import PROJECT


def test_the_secret_is_created_once_and_private(tmp_path: Path) -> None:
    """Its file has mode 0600."""
    path = tmp_path / "instance" / "secret.key"

    first = instance_secret(path)

    assert instance_secret(path) == first
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]
    assert instance_secret(tmp_path / "other" / "secret.key") != first


def test_concurrent_starts_create_one_secret(tmp_path: Path) -> None:
    """Workers must accept each other's cookies."""
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


def test_the_mode_of_a_readable_secret_is_fixed(tmp_path: Path) -> None:
    """It may have been copied by hand."""
    path = tmp_path / "secret.key"
    instance_secret(path)
    path.chmod(0o644)

    instance_secret(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_truncated_or_linked_secret_is_an_error(tmp_path: Path) -> None:
    """An empty secret would accept any cookie."""
    path = tmp_path / "secret.key"
    path.write_bytes(b"")
    with pytest.raises(OSError, match="damaged"):
        instance_secret(path)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(b"x" * 64)

    with pytest.raises(OSError, match="symbolic"):
        instance_secret(path)
