"""Tests of crashes and failed writes at each step of a change."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.kb.publishing.kills import SCENARIOS
from tests.support.builders import PROJECT
from tests.support.matrix import matrix

pytestmark = pytest.mark.kill

MEMORY = Path("/dev/shm")  # noqa: S108  # a disk in memory, where there is one
TIMEOUT_S = 300


def run_scenario(name: str, *how: str) -> int:
    """Interrupt a scenario at each step, and return the number of steps."""
    quick = {"TMPDIR": str(MEMORY)} if os.access(MEMORY, os.W_OK) else {}
    process = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "tests.kb.publishing.kills", name, *how],
        cwd=PROJECT,
        env=os.environ | quick,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return int(process.stdout)


@pytest.mark.parametrize("name", matrix("publish", rest=SCENARIOS))
def test_a_kill_leaves_the_old_or_the_new_state(name: str) -> None:
    """After a kill at any step, the next start finds one of the two."""
    assert run_scenario(name, "kill") > 20


@pytest.mark.parametrize("name", matrix(rest=("publish", "merge")))
def test_a_kill_without_renameat2_leaves_the_old_or_the_new_state(name: str) -> None:
    """Without `renameat2`, the journal finishes the change."""
    assert run_scenario(name, "kill", "no-exchange") > 20


@pytest.mark.parametrize(
    ("name", "how"),
    matrix(
        ("save", "full"),
        rest=product(("save", "publish", "replace", "merge"), ("full", "refuse-once")),
    ),
)
def test_a_failed_write_changes_nothing(name: str, how: str) -> None:
    """A full disk or a missing permission at any step raises an error."""
    assert run_scenario(name, how) > 10
