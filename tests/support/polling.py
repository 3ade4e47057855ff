"""Waiting for what another process or thread does: the only place where tests wait."""

import time
from collections.abc import Callable

TIMEOUT_S = 120.0
PAUSE_S = 0.02


def becomes_true(
    condition: Callable[[], bool], *, timeout_s: float = TIMEOUT_S
) -> bool:
    """Poll a condition until it is true; return False after the timeout."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE_S)
    return True


def wait_until(condition: Callable[[], bool], *, timeout_s: float = TIMEOUT_S) -> None:
    """Poll a condition until it is true; fail after the timeout."""
    assert becomes_true(condition, timeout_s=timeout_s), "timeout"
