"""Whatever strikes, at whichever step: the old state or the new, and nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kb.publishing.kills import SCENARIOS
from tests.support.builders import PROJECT

MEMORY = Path("/dev/shm")  # noqa: S108  # a disk in memory, where there is one
PATIENCE_S = 300


def strike(name: str, *how: str) -> int:
    """Strike at each step of a scenario; give how many there were."""
    quick = {"TMPDIR": str(MEMORY)} if os.access(MEMORY, os.W_OK) else {}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "tests.kb.publishing.kills", name, *how],
        cwd=PROJECT,
        env=os.environ | quick,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_kill_leaves_the_old_or_the_new(name: str) -> None:
    """The power goes, at any step: the next start finds one or the other."""
    assert strike(name, "kill") > 20


@pytest.mark.parametrize("name", ["publish", "merge"])
def test_it_needs_no_system_that_can_exchange_folders(name: str) -> None:
    """Where it can't, the journal alone finishes what was begun."""
    assert strike(name, "kill", "no-exchange") > 20


@pytest.mark.parametrize("name", ["save", "publish", "replace", "merge"])
@pytest.mark.parametrize("how", ["full", "refuse-once"])
def test_what_can_not_be_written_is_said_and_changes_nothing(
    name: str, how: str
) -> None:
    """A full disk, or a folder that may not be changed, at any step."""
    assert strike(name, how) > 10
