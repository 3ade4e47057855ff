"""Runs a `kb` command from time to time, beside the workers."""

from __future__ import annotations

import logging
import subprocess
import sys
import time

FIRST_AFTER_S = 60.0
STOP_WITHIN_S = 5.0

logger = logging.getLogger(__name__)


class CommandRunner:
    """Starts a command in a process of its own, whose memory is freed with it."""

    def __init__(
        self, *arguments: str, every_s: float, first_after_s: float = FIRST_AFTER_S
    ) -> None:
        """Run `kb` with these arguments once the service has started, then regularly.

        The command must be one that can be killed at any time.
        """
        self._arguments = arguments
        self._every_s = every_s
        self._process: subprocess.Popen[bytes] | None = None
        self._next = time.monotonic() + first_after_s

    def run_in(self, seconds: float) -> None:
        """Make the command due after a time, whenever it ran before."""
        self._next = time.monotonic() + seconds

    def run_if_due(self) -> None:
        """Start the command if it is due, unless the previous run still goes on."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        now = time.monotonic()
        if now < self._next or self._process is not None:
            return
        self._next = now + self._every_s
        try:
            command = [sys.executable, "-m", "kb.cli.main", *self._arguments]
            self._process = subprocess.Popen(command)  # noqa: S603  # our own command
        except OSError as error:
            name = " ".join(self._arguments)
            logger.warning("kb %s could not be started: %s", name, error)

    def stop(self) -> None:
        """End the command: what it did not do is done by its next run."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
