"""The run of `kb index vectors` after a change of the index."""

import pytest

from kb.core.metrics import Mark
from kb.core.settings import Settings
from kb.server import periodic_tasks
from kb.server.periodic_tasks import CommandRunner, VectorRunner
from kb.services import Services
from tests.support.builders import Workspace


def test_the_command_runs_once_for_each_state_of_the_content(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start, after a change of the index, and of content that is copied.

    A cluster is asked for its generation over the network: every few seconds only.
    """
    asked: list[float] = []
    monkeypatch.setattr(
        VectorRunner, "run_in", lambda _, seconds: asked.append(seconds)
    )
    monkeypatch.setattr(CommandRunner, "run_if_due", lambda _: None)
    services = Services(Settings(content.locations))
    rare = VectorRunner(services)
    rare.run_if_due()
    monkeypatch.setattr(periodic_tasks, "CHECK_EVERY_S", 0.0)
    runner = VectorRunner(services)

    for _ in range(3):
        runner.run_if_due()
    at_start = len(asked)
    content.replace("practices/newtown-lamps/fr.md", "\n---\n", "\n---\nUne phrase.\n")
    services.content.update_index()
    runner.run_if_due()
    after_change = len(asked)
    services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, 1.0)
    runner.run_if_due()
    rare.run_if_due()

    assert (at_start, after_change, asked) == (2, 3, [0, 0, 0, 0])
