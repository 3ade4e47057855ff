"""Runs `kb index vectors` after each change of the index, beside the workers."""

from __future__ import annotations

import logging
import subprocess
import sys
import time

from kb.core.metrics import Mark
from kb.services import Services

CHECK_EVERY_S = 5.0
RETRY_AFTER_S = 60.0
STOP_WITHIN_S = 5.0

COMMAND = [
    *(sys.executable, "-m", "kb.cli.main"),
    *("index", "vectors", "--with-service"),
]

logger = logging.getLogger(__name__)


class VectorRunner:
    """Starts the command in a process of its own, whose memory is freed with it.

    The command lowers its priority, and ends when this process has ended.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._process: subprocess.Popen[bytes] | None = None
        self._check_at = 0.0
        self._state: tuple[object, ...] = ()
        """The state of the content that the last process started with."""

    def run_if_due(self) -> None:
        """Start the command if the content changed since it was last started."""
        now = time.monotonic()
        if now < self._check_at:
            return
        self._check_at = now + CHECK_EVERY_S
        if self._is_running():
            return
        state = self._content_state()
        if state == self._state:
            return
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
            self._state = state
        except OSError as error:
            logger.warning("passages can't be encoded: %s", error)
            self._check_at = now + RETRY_AFTER_S

    def _is_running(self) -> bool:
        """Return whether the command runs; after a failure, it is run again later."""
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        self._process = None
        if code:
            self._state = ()
            self._check_at = time.monotonic() + RETRY_AFTER_S
            return True
        return False

    def _content_state(self) -> tuple[object, ...]:
        stored = self._services.engine.stored_generation()
        changed_at = self._services.metrics.mark(Mark.CONTENT_CHANGED_AT)
        return (stored.name if stored is not None else "", changed_at)

    def stop(self) -> None:
        """End the command: what it had saved stays."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
