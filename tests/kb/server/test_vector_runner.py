"""The run of `kb index vectors` after a change of the index."""

import pytest

from kb.core.metrics import Mark
from kb.core.settings import Settings
from kb.server import periodic_tasks as vector_runner
from kb.server.periodic_tasks import CommandRunner, VectorRunner
from kb.services import Services
from tests.support.builders import Workspace


class CountedRuns(CommandRunner):
    """Counts how often it is made due, and runs nothing."""

    def __init__(self) -> None:
        super().__init__(every_s=1.0)
        self.asked = 0

    def run_in(self, seconds: float) -> None:
        """Count the call."""
        assert seconds == 0
        self.asked += 1

    def run_if_due(self) -> None:
        """Run nothing."""


def test_the_command_runs_once_for_each_state_of_the_content(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start, after a change of the index, and of content that is copied."""
    monkeypatch.setattr(vector_runner, "CHECK_EVERY_S", 0.0)
    services, command = Services(Settings(content.locations)), CountedRuns()
    runner = VectorRunner(services, command)

    for _ in range(3):
        runner.run_if_due()
    at_start = command.asked
    content.replace("practices/newtown-lamps/fr.md", "\n---\n", "\n---\nUne phrase.\n")
    services.content.update_index()
    runner.run_if_due()
    after_change = command.asked
    services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, 1.0)
    runner.run_if_due()

    assert (at_start, after_change, command.asked) == (1, 2, 3)


def test_a_check_takes_place_every_few_seconds(content: Workspace) -> None:
    """A cluster is asked for its generation over the network."""
    services, command = Services(Settings(content.locations)), CountedRuns()
    runner = VectorRunner(services, command)
    runner.run_if_due()
    services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, 1.0)

    runner.run_if_due()

    assert command.asked == 1
