"""The run of `kb index erase` after a change of the index."""

import subprocess
import time

import pytest

from kb.core.settings import Settings
from kb.server.periodic_tasks import ERASE_AFTER_S, erase_runner
from kb.services import Services
from tests.support.builders import Workspace

CHECK_S = 60.0


class CountedProcess:
    """Counts how often the command is started, and runs nothing: a failure."""

    started = 0

    def __init__(self, command: list[str], **_options: object) -> None:
        assert command[-2:] == ["index", "erase"]
        type(self).started += 1

    def poll(self) -> int:
        """Return the exit code."""
        return 1


def test_texts_are_erased_when_nothing_has_changed_for_ten_minutes(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never soon after a change, nor when there is nothing to erase; else again."""
    now = float(round(time.monotonic()))  # whole seconds: their sums are exact
    monkeypatch.setattr(time, "monotonic", lambda: now)
    CountedProcess.started = 0
    monkeypatch.setattr(subprocess, "Popen", CountedProcess)
    services = Services(Settings(content.locations))
    runner = erase_runner(services)

    def started_within(seconds: float) -> int:
        nonlocal now
        before, end = CountedProcess.started, now + seconds
        while now < end:
            now += CHECK_S
            runner.run_if_due()
        return CountedProcess.started - before

    services.engine.erase_replaced_texts()
    assert not started_within(3 * 3600), "there is nothing to erase"
    for change in range(8):
        text = f"\n---\n{change}\n"
        content.replace("practices/newtown-lamps/fr.md", "\n---\n", text)
        services.content.update_index()
        assert not started_within(ERASE_AFTER_S - CHECK_S), "it has just changed"
    assert started_within(2 * CHECK_S) == 1
    assert started_within(ERASE_AFTER_S) == 1, "the command failed"
