"""Runs `kb alerts send` every hour, beside the workers."""

from __future__ import annotations

import logging
import subprocess
import sys
import time

FIRST_AFTER_S = 60.0
INTERVAL_S = 3600.0
STOP_WITHIN_S = 5.0

logger = logging.getLogger(__name__)


class AlertRunner:
    """Starts the command in a process of its own, whose memory is freed with it."""

    def __init__(self, *, first_after_s: float = FIRST_AFTER_S) -> None:
        """Run the command for the first time once the service has started."""
        self._process: subprocess.Popen[bytes] | None = None
        self._next = time.monotonic() + first_after_s

    def run_if_due(self) -> None:
        """Start the command if an hour has passed; a previous run may still go on."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        now = time.monotonic()
        if now < self._next or self._process is not None:
            return
        self._next = now + INTERVAL_S
        try:
            command = [sys.executable, "-m", "kb.cli.main", "alerts", "send"]
            self._process = subprocess.Popen(command)  # noqa: S603  # our own command
        except OSError as error:
            logger.warning("alerts could not be sent: %s", error)

    def stop(self) -> None:
        """End the command: messages that it did not send wait in their file."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
