"""Restarts of threads and processes that died, after pauses that grow."""

import logging
import time
from collections.abc import Callable

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0

logger = logging.getLogger(__name__)


class RestartPauses:
    """The pauses before the restarts of one task: each is twice the last one."""

    def __init__(self) -> None:
        self._next_s = FIRST_PAUSE_S

    def after(self, lived_s: float) -> float:
        """Return the pause after a task died; the first one again if it lived long."""
        pause_s = FIRST_PAUSE_S if lived_s > MAX_PAUSE_S else self._next_s
        self._next_s = min(2 * pause_s, MAX_PAUSE_S)
        return pause_s


def run_with_restarts(
    run: Callable[[], None], *, name: str, wait: Callable[[float], bool]
) -> None:
    """Run a task until it returns; log each exception, and run the task again.

    Args:
        run: the task.
        name: the name of the task in the log.
        wait: makes a pause; returns True if the task is not needed any more.
    """
    pauses = RestartPauses()
    while True:
        started = time.monotonic()
        try:
            run()
        except Exception:
            pause_s = pauses.after(time.monotonic() - started)
            logger.exception("the %s died; restart in %.0f s", name, pause_s)
        else:
            return
        if wait(pause_s):
            return
