"""Restarts of tasks that died."""

import pytest

from kb.core.restarts import MAX_PAUSE_S, RestartPauses, run_with_restarts


def test_a_task_that_raises_runs_again_after_growing_pauses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log has a line for each death."""
    pauses: list[float] = []
    errors: list[Exception] = [KeyError("a"), MemoryError(), RuntimeError("c")]

    def run() -> None:
        if errors:
            raise errors.pop()

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    run_with_restarts(run, name="follower", wait=wait)

    assert pauses == [1, 2, 4]
    assert [each.message for each in caplog.records] == [
        f"the follower died; restart in {seconds} s" for seconds in (1, 2, 4)
    ]


def test_a_task_that_is_not_needed_any_more_does_not_run_again() -> None:
    """The service stops."""
    runs: list[int] = []

    def run() -> None:
        runs.append(1)
        raise KeyError

    run_with_restarts(run, name="follower", wait=lambda _: True)

    assert runs == [1]


def test_pauses_have_a_limit_and_start_again_after_a_long_life() -> None:
    """A rare error is no crash loop."""
    pauses = RestartPauses()
    crashes = [pauses.after(0) for _ in range(9)]

    assert crashes[-1] == MAX_PAUSE_S
    assert [pauses.after(3600), pauses.after(0)] == [1, 2]
