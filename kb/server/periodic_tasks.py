"""The commands that run beside the workers from time to time."""

import logging
import subprocess
import sys
import time

from kb.core.metrics import Mark
from kb.services import Services

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
        """Terminate the process of the command; its next run does the rest."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


CHECK_EVERY_S = 5.0
RETRY_EVERY_S = 3600.0
"""After a failure, such as a full disk; without new passages, a run takes seconds."""


class VectorRunner(CommandRunner):
    """Starts `kb index vectors` also when the content has changed.

    The command lowers its priority, and ends when this process has ended; the vectors
    that it saved stay.
    """

    def __init__(self, services: Services) -> None:
        """Watch the content of `services`."""
        super().__init__("index", "vectors", "--with-service", every_s=RETRY_EVERY_S)
        self._services = services
        self._check_at = 0.0
        self._state: tuple[object, ...] = ()

    def run_if_due(self) -> None:
        """Start the command if the content changed, once the previous run has ended."""
        now = time.monotonic()
        if now >= self._check_at:
            self._check_at = now + CHECK_EVERY_S
            state = self._content_state()
            if state != self._state:
                self._state = state
                self.run_in(0)
        super().run_if_due()

    def _content_state(self) -> tuple[object, ...]:
        stored = self._services.engine.stored_generation()
        changed_at = self._services.metrics.mark(Mark.CONTENT_CHANGED_AT)
        return (stored.name if stored is not None else "", changed_at)
