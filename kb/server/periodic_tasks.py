"""The commands that run beside the workers from time to time."""

import logging
import math
import subprocess
import sys
import time
from collections.abc import Callable

from indexer.corpus.shared_files import JUDGEMENT_FILE
from kb.contributions.contribution_store import ContributionStore
from kb.core.metrics import Mark
from kb.core.storage_errors import StorageError
from kb.judgements.judged_runs import read_run, run_state
from kb.open_data.offline import has_outdated_files
from kb.services import Services

FIRST_AFTER_S = 60.0
STOP_WITHIN_S = 5.0

logger = logging.getLogger(__name__)


class CommandRunner:
    """Starts a command in a process of its own, whose memory is freed with it."""

    def __init__(
        self,
        *arguments: str,
        every_s: float,
        first_after_s: float = FIRST_AFTER_S,
        has_work: Callable[[], bool] = lambda: False,
        check_every_s: float = FIRST_AFTER_S,
    ) -> None:
        """Run `kb` with these arguments once the service has started, then regularly.

        The command must be one that can be killed at any time. It is also due when
        `has_work` returns True, which is called every `check_every_s`.
        """
        self._arguments = arguments
        self._every_s = every_s
        self._has_work = has_work
        self._check_every_s = check_every_s
        self._process: subprocess.Popen[bytes] | None = None
        self._next = time.monotonic() + first_after_s
        self._check_at = 0.0

    def run_in(self, seconds: float) -> None:
        """Make the command due after a time, whenever it ran before."""
        self._next = time.monotonic() + seconds

    def run_if_due(self) -> None:
        """Start the command if it is due, unless the previous run still goes on."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        now = time.monotonic()
        if now >= self._check_at:
            self._check_at = now + self._check_every_s
            if self._has_work():
                self._next = now
        if now < self._next or self._process is not None:
            return
        self._next = now + self._every_s
        try:
            command = [sys.executable, "-m", "kb.cli.main", *self._arguments]
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                command, stdout=subprocess.DEVNULL
            )
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


VECTORS_CHECKED_EVERY_S = 5.0
RETRY_EVERY_S = 3600.0
"""After a failure, such as a full disk; without new passages, a run takes seconds."""


def vector_runner(services: Services) -> CommandRunner:
    """Return the runner of `kb index vectors`, also due when the content has changed.

    The command lowers its priority, and ends when this process has ended; the vectors
    that it saved stay.
    """
    seen: tuple[object, ...] = ()

    def has_changed() -> bool:
        nonlocal seen
        stored = services.engine.stored_generation()
        changed_at = services.metrics.mark(Mark.CONTENT_CHANGED_AT)
        before, seen = seen, (stored.name if stored is not None else "", changed_at)
        return seen != before

    return CommandRunner(
        *("index", "vectors", "--with-service"),
        every_s=RETRY_EVERY_S,
        has_work=has_changed,
        check_every_s=VECTORS_CHECKED_EVERY_S,
    )


ERASE_AFTER_S = 600.0


def erase_runner(services: Services) -> CommandRunner:
    """Return the runner of `kb index erase`, due some time after the last change.

    After a failure, it is due again after the same time.
    """
    seen, changed_at = "", 0.0

    def is_due() -> bool:
        nonlocal seen, changed_at
        stored = services.engine.stored_generation()
        if stored is None or not services.engine.has_replaced_texts:
            return False
        now = time.monotonic()
        has_waited = stored.name == seen and now - changed_at >= ERASE_AFTER_S
        if has_waited or stored.name != seen:
            seen, changed_at = stored.name, now
        return has_waited

    return CommandRunner(
        *("index", "erase"),
        every_s=math.inf,
        first_after_s=math.inf,
        has_work=is_due,
    )


JUDGED_CHECKED_EVERY_S = 10.0


def judged_runner(services: Services) -> CommandRunner:
    """Return the runner of `kb relevance --store`, due after each change.

    It waits until two checks see the same content. Each content is tried once, and
    again after an hour: a run that fails does not begin anew at once.
    """
    seen = tried = ""
    documents = services.settings.locations.documents

    def has_changed() -> bool:
        nonlocal seen, tried
        if not (documents / JUDGEMENT_FILE).exists():
            return False
        before, seen = seen, run_state(services)
        instance = services.settings.locations.instance
        if seen != before or seen in (tried, read_run(instance).state):
            return False
        tried = seen
        return True

    return CommandRunner(
        *("relevance", "--store"),
        every_s=RETRY_EVERY_S,
        first_after_s=RETRY_EVERY_S,
        has_work=has_changed,
        check_every_s=JUDGED_CHECKED_EVERY_S,
    )


OFFLINE_EVERY_S = 24 * 3600.0
OFFLINE_FIRST_AFTER_S = 120.0


def offline_runner(services: Services) -> CommandRunner:
    """Return the runner of `kb export offline`: each day, and after a withdrawal.

    A record that is no longer published must not be in files that visitors get.
    """
    is_on = services.settings.keeps_offline
    return CommandRunner(
        *("export", "offline"),
        every_s=OFFLINE_EVERY_S if is_on else math.inf,
        first_after_s=OFFLINE_FIRST_AFTER_S if is_on else math.inf,
        has_work=lambda: is_on and has_outdated_files(services),
    )


ALERTS_EVERY_S = 3600.0
ARRIVALS_CHECKED_EVERY_S = 60.0


def mail_runner(services: Services) -> CommandRunner:
    """Return what sends alerts, and tells of messages of visitors soon after them."""
    settings = services.settings
    contributions = ContributionStore(
        settings.contributions_file, days=settings.contact_days
    )

    def is_to_be_told() -> bool:
        try:
            return bool(contributions.untold(services.clock()))
        except StorageError:
            return False

    return CommandRunner(
        *("alerts", "send"),
        every_s=ALERTS_EVERY_S,
        has_work=is_to_be_told,
        check_every_s=ARRIVALS_CHECKED_EVERY_S,
    )
