"""The run of `kb index vectors` after a change of the index."""

import subprocess

import pytest

from kb.core.metrics import Mark
from kb.core.settings import Settings
from kb.server import periodic_tasks
from kb.server.periodic_tasks import vector_runner
from kb.services import Services
from tests.support.builders import Workspace


class CountedProcess:
    """Counts how often a command is started, and runs nothing."""

    started = 0

    def __init__(self, command: list[str], **_options: object) -> None:
        assert command[-3:] == ["index", "vectors", "--with-service"]
        type(self).started += 1

    def poll(self) -> int:
        """Return the exit code."""
        return 0


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> type[CountedProcess]:
    """Return the class that stands for all processes."""
    CountedProcess.started = 0
    monkeypatch.setattr(subprocess, "Popen", CountedProcess)
    return CountedProcess


def test_the_command_runs_once_for_each_state_of_the_content(
    content: Workspace, monkeypatch: pytest.MonkeyPatch, process: type[CountedProcess]
) -> None:
    """At the start, after a change of the index, and of content that is copied."""
    monkeypatch.setattr(periodic_tasks, "VECTORS_CHECKED_EVERY_S", 0.0)
    services = Services(Settings(content.locations))
    runner = vector_runner(services)

    for _ in range(3):
        runner.run_if_due()
    at_start = process.started
    content.replace("practices/newtown-lamps/fr.md", "\n---\n", "\n---\nUne phrase.\n")
    services.content.update_index()
    runner.run_if_due()
    after_change = process.started
    services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, 1.0)
    runner.run_if_due()

    assert (at_start, after_change, process.started) == (1, 2, 3)


def test_a_check_takes_place_every_few_seconds(
    content: Workspace, process: type[CountedProcess]
) -> None:
    """A cluster is asked for its generation over the network."""
    services = Services(Settings(content.locations))
    runner = vector_runner(services)
    runner.run_if_due()
    services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, 1.0)

    runner.run_if_due()

    assert process.started == 1
