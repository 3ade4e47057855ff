"""The unit for systemd in docs/running.md, as systemd judges it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.builders import PROJECT

ANALYZE = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")

MAX_EXPOSURE = 25
"""In tenths, from 0 to 100; a unit without any restriction has 96."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Write the units of the documentation, with a program that this machine has.

    Returns the path of the service; the socket lies beside it.
    """
    text = (PROJECT / "docs/running.md").read_text("utf-8")
    units = re.findall(
        r"^```\n# \S+/(kb\.\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    assert [name for name, _ in units] == ["kb.socket", "kb.service"]
    for name, content in units:
        program = re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", content)
        (tmp_path / name).write_text(program, "utf-8")
    return tmp_path / "kb.service"


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze."""
    return subprocess.run(  # noqa: S603  # a program of the system
        [str(ANALYZE), *arguments], capture_output=True, text=True, check=False
    )


def test_systemd_understands_every_line_of_the_unit(unit: Path) -> None:
    """An unknown option or system call would be ignored with a warning."""
    result = analyze("verify", "--man=no", str(unit), str(unit.with_name("kb.socket")))

    warnings = [line for line in result.stderr.splitlines() if str(unit.parent) in line]
    assert (result.returncode, warnings) == (0, [])


def test_the_unit_leaves_the_service_few_rights(unit: Path) -> None:
    """The service opens sockets and writes its folders; it needs nothing else."""
    result = analyze(
        *("security", "--no-pager", "--offline=true", f"--threshold={MAX_EXPOSURE}"),
        str(unit),
    )

    assert result.returncode == 0, result.stdout + result.stderr
