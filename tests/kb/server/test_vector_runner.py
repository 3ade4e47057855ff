"""The run of `kb index vectors` after a change of the index."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kb.core.metrics import Mark
from kb.core.settings import Settings
from kb.server import vector_runner
from kb.server.vector_runner import VectorRunner
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.polling import wait_until


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace the command by one that adds a byte to a file, and return the file."""
    file = tmp_path / "runs"
    program = f"open({str(file)!r}, 'a').write('x')"
    monkeypatch.setattr(vector_runner, "COMMAND", [sys.executable, "-c", program])
    monkeypatch.setattr(vector_runner, "CHECK_EVERY_S", 0.0)
    return file


def test_the_command_runs_once_for_each_state_of_the_content(
    content: Workspace, runs: Path
) -> None:
    """At the start, then after a change of the index or of copied content."""
    services = Services(Settings(content.locations))
    runner = VectorRunner(services)

    def run_until(count: int) -> bool:
        runner.run_if_due()
        return runs.exists() and len(runs.read_text()) == count

    wait_until(lambda: run_until(1))
    for _ in range(3):
        runner.run_if_due()
    services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, 1.0)
    wait_until(lambda: run_until(2))
    runner.stop()

    assert runs.read_text() == "xx"


def test_a_failed_run_is_tried_again_later(
    content: Workspace, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk may have room again; until then, words answer alone."""
    program = f"open({str(runs)!r}, 'a').write('x'); raise SystemExit(3)"
    monkeypatch.setattr(vector_runner, "COMMAND", [sys.executable, "-c", program])
    monkeypatch.setattr(vector_runner, "RETRY_AFTER_S", 0.0)
    runner = VectorRunner(Services(Settings(content.locations)))

    def has_run_twice() -> bool:
        runner.run_if_due()
        return runs.exists() and len(runs.read_text()) >= 2

    wait_until(has_run_twice)
    runner.stop()


def test_stopping_ends_the_command(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not outlive the service."""
    sleeper = [sys.executable, "-c", "import signal; signal.pause()"]
    monkeypatch.setattr(vector_runner, "COMMAND", sleeper)
    runner = VectorRunner(Services(Settings(content.locations)))
    runner.run_if_due()

    runner.stop()
    runner.stop()
