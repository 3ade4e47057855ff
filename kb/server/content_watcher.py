"""Follows the content while serving: what is changed by hand is indexed and told.

Once a day, what was put aside long ago is forgotten.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from indexer.errors import IndexerError
from indexer.model.problems import Notify, message
from indexer.pipeline import Locations
from kb.database.model import AuditAction
from kb.publishing.changes.external_edits import ExternalEditDetector, FolderStamps
from kb.publishing.changes.repository import open_repository
from kb.publishing.errors import PublishingError
from kb.publishing.published.trash import Trash

if TYPE_CHECKING:  # it brings Flask, which a command need not wait for
    from kb.services import Services

LOOKED_EVERY_S = 0.3
SETTLED_AFTER_S = 0.1
"""What changed and then did not for so long is taken to be written."""

RESTED_S = 0.0005
"""A page that is being computed has the interpreter back at once."""

TRIED_AGAIN_AFTER_S = 30.0
PURGED_EVERY_S = 24 * 3600.0
SHARE_OF_TIME = 20
"""However large the content, to look at it takes one part in so many of a processor."""

ACTOR = "kb"
"""Who the log says it was that did what nobody asked for."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to wait between two looks; nothing is known to happen when `is_idle`."""

    seconds: float
    is_idle: bool = True


FIRST = Pause(LOOKED_EVERY_S)


class ContentWatcher:
    """Looks at the content from time to time; of several processes, one does."""

    def __init__(
        self,
        services: Services,
        *,
        recorded: FolderStamps | None = None,
        rests: bool = True,
    ) -> None:
        """Watch what `services` serve; `recorded` is what the history knows already.

        Who `rests` lets the pages that are computed in the same process go first.
        """
        self._services = services
        self._repository = open_repository(
            services.settings.locations, clock=services.clock
        )
        rest = partial(time.sleep, RESTED_S if rests else 0)
        self._edit_detector = ExternalEditDetector(
            self._repository, recorded=recorded, rest=rest
        )
        self._lock = FileLock(
            _lock_file(services.settings.locations), thread_local=False
        )
        self._stop = threading.Event()
        self._is_behind = False
        self._purged_at: float | None = None

    def start(self, *, after_s: float = LOOKED_EVERY_S) -> None:
        """Look after some seconds and on, in a thread that ends with the process."""
        threading.Thread(
            target=self.watch,
            args=[self._wait, Pause(after_s)],
            name="kb-watch",
            daemon=True,
        ).start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()

    def _wait(self, pause: Pause) -> bool:
        return self._stop.wait(pause.seconds)

    def watch(self, wait: Callable[[Pause], bool], pause: Pause = FIRST) -> None:
        """Look again and again; `wait` makes a pause, and tells of the end."""
        while not wait(pause):
            started, began = time.monotonic(), time.thread_time()
            is_idle = True
            try:
                if self.claim():
                    is_idle = not self.look()
                    self._purge_daily(started)
            except Exception:
                # Whatever is wrong with the content, what is there goes on answering.
                logger.exception("changes made by hand can't be followed")
                # What goes on failing must not fill the log.
                pause = Pause(TRIED_AGAIN_AFTER_S, is_idle=False)
            else:
                pause = self._pause(time.thread_time() - began, is_idle=is_idle)
        self._lock.release()

    def _pause(self, took_s: float, *, is_idle: bool) -> Pause:
        """Give how long to wait after a look, by the processor time that it took.

        Beside pages that are computed, it takes many times longer by the clock.
        """
        if self._edit_detector.is_settling:
            return Pause(max(SETTLED_AFTER_S, took_s), is_idle=False)
        # What took long because there was something to do is done.
        rest_s = SHARE_OF_TIME * took_s if is_idle else 0.0
        return Pause(max(LOOKED_EVERY_S, rest_s))

    def claim(self) -> bool:
        """Be the one of several processes that looks, unless another is."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _purge_daily(self, now: float) -> None:
        if self._purged_at is None or now - self._purged_at >= PURGED_EVERY_S:
            self._purged_at = now
            self.purge()

    def purge(self) -> None:
        """Forget what was put aside long ago, and write into the log that it is so."""
        for each in Trash(self._repository).purge():
            self._services.state.audit.add(
                ACTOR, AuditAction.RECORD_PURGED, str(each.record), each.title
            )

    def look(self) -> bool:
        """Look once; tell whether something had changed, and is told and indexed now.

        What changes between two looks is not yet done with: it is left to settle.
        """
        if self._edit_detector.look():
            # What can't be indexed now is tried again, until it is.
            self._is_behind = True
            self._edit_detector.notice()
        if not self._is_behind:
            return False
        self._services.update_index()
        self._is_behind = False
        return True


def is_served(locations: Locations) -> bool:
    """Tell whether a service is running over these folders, one process looking."""
    path = _lock_file(locations)
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True


def _lock_file(locations: Locations) -> Path:
    return locations.instance / "watching.lock"


def record_external_edits(locations: Locations, notify: Notify) -> FolderStamps | None:
    """Tell the history of what was changed by hand; where it can't be told, say so.

    Gives what the files looked like that it was told of.
    """
    edit_detector = ExternalEditDetector(open_repository(locations))
    try:
        edit_detector.notice()
    except (PublishingError, IndexerError, OSError) as error:
        notify(
            message(
                "changes made by hand could not be recorded in the history: %(reason)s",
                reason=error,
            )
        )
    return edit_detector.recorded
