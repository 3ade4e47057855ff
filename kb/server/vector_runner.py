"""Runs `kb index vectors` after each change of the index, beside the workers."""

from __future__ import annotations

import time

from kb.core.metrics import Mark
from kb.server.command_runner import CommandRunner
from kb.services import Services

CHECK_EVERY_S = 5.0
RETRY_EVERY_S = 3600.0
"""After a failure, such as a full disk; without new passages, a run takes seconds."""


class VectorRunner:
    """Starts the command when the content has changed.

    The command lowers its priority, and ends when this process has ended.
    """

    def __init__(
        self, services: Services, command: CommandRunner | None = None
    ) -> None:
        """Watch the content of `services`; `command` is what is run."""
        self._services = services
        self._command = command or CommandRunner(
            *("index", "vectors", "--with-service"), every_s=RETRY_EVERY_S
        )
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
                self._command.run_in(0)
        self._command.run_if_due()

    def _content_state(self) -> tuple[object, ...]:
        stored = self._services.engine.stored_generation()
        changed_at = self._services.metrics.mark(Mark.CONTENT_CHANGED_AT)
        return (stored.name if stored is not None else "", changed_at)

    def stop(self) -> None:
        """End the command: what it had saved stays."""
        self._command.stop()
