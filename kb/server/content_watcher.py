"""Watches the content while serving: indexes external edits, records them in history.

After each change, it has the judged searches run again, by a command of low priority;
some time later, another one erases the texts that the index no longer needs.
Every hour, it also deletes old messages of visitors, old imports, old records of the
trash and IP addresses of failed sign-ins. After a change, and once a day, it has the
dump made, so that no request waits for it. A reader only indexes: another machine
writes content and history.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from filelock import Timeout

from kb.contributions.contribution_store import ContributionStore
from kb.core.locks import watcher_lock
from kb.core.metrics import Mark
from kb.database.model import AuditAction
from kb.group_dossiers.store import GroupDossierStore
from kb.publishing.changes.external_edits import (
    ExternalEditDetector,
    FolderStamps,
    shared_files_stamp,
)
from kb.publishing.changes.repository import open_repository
from kb.publishing.imports.inbox import Inbox
from kb.publishing.published.trash import Trash
from kb.server.periodic_tasks import (
    CommandRunner,
    erase_runner,
    judged_runner,
    offline_runner,
)
from kb.services import Services

CHECK_EVERY_S = 0.3
SETTLE_S = 0.1
"""A file that has not changed for this long is completely written."""

TAKE_OVER_EVERY_S = 5.0
"""How often a successor tries to get the lock of the service that it replaces."""

RETRY_AFTER_S = 30.0
WARN_EVERY_S = 0.5
PURGE_EVERY_S = 3600.0
DUMP_EVERY_S = 24 * 3600.0
DUMP_AFTER_CHANGE_S = 60.0
"""After several changes in a row, the dump is made once."""

ACTOR = "kb"
"""The actor that the audit log names for actions of the service itself."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause between two checks; `is_idle` if no change is known to be in progress."""

    seconds: float
    is_idle: bool = True


class ContentWatcher:
    """Checks the content from time to time, in one process at a time."""

    def __init__(
        self, services: Services, *, recorded: FolderStamps | None = None
    ) -> None:
        """Watch the content of `services`.

        `recorded` are the folder stamps that the history contains.
        """
        self._services = services
        self._repository = open_repository(
            services.settings.locations, clock=services.clock
        )
        self._edit_detector = ExternalEditDetector(self._repository, recorded=recorded)
        self._lock = watcher_lock(services.settings.locations.instance)
        self._documents = services.settings.locations.documents
        self._state = shared_files_stamp(self._documents), services.clock().date()
        self._is_index_behind = False
        self._purge_at = 0.0
        self._dump = CommandRunner("export", "dump", every_s=DUMP_EVERY_S)
        self._judged = judged_runner(services)
        self._erase = erase_runner(services)
        self._offline = offline_runner(services)

    def watch(self, wait: Callable[[Pause], bool]) -> None:
        """Check the content until `wait`, which makes each pause, returns True."""
        pause, stop = Pause(CHECK_EVERY_S), threading.Event()
        if not self._services.settings.is_reader:
            threading.Thread(target=self._warn, args=[stop], daemon=True).start()
        try:
            while not wait(pause):
                pause = self._check_and_purge()
        finally:
            stop.set()
            self._dump.stop()
            self._judged.stop()
            self._erase.stop()
            self._offline.stop()
            self._lock.release()

    def _warn(self, stop: threading.Event) -> None:
        """Find the warnings of each new content, for the pages of staff."""
        content = self._services.content
        while not stop.wait(WARN_EVERY_S):
            try:
                content.refresh()
                self._services.content_warnings.check(content.corpus)
            except Exception:
                # Any defect: the thread must outlive it, to check the next content.
                logger.exception("the content can't be checked for warnings now")
                stop.wait(RETRY_AFTER_S)

    def _check_and_purge(self) -> Pause:
        """Check the content if this process holds the lock; return the next pause.

        After any error, the current index goes on answering.
        """
        started, is_indexed = time.thread_time(), False
        try:
            if not self.acquire():
                return Pause(TAKE_OVER_EVERY_S)
            # Before the check, which fails as long as the index cannot be written.
            self._purge_if_due()
            is_indexed = self.check()
            self._dump.run_if_due()
            self._erase.run_if_due()
            self._offline.run_if_due()
            if not self._services.settings.is_reader:
                self._judged.run_if_due()
        except Exception:
            # Any defect: the watcher must outlive it, to index the next change.
            logger.exception("external edits can't be indexed now; the watcher retries")
            # A long pause keeps the log short.
            return Pause(RETRY_AFTER_S, is_idle=False)
        if self._edit_detector.is_settling:
            return Pause(SETTLE_S, is_idle=False)
        # Scans of the folders use at most a twentieth of a processor.
        scan_s = 0.0 if is_indexed else time.thread_time() - started
        return Pause(max(CHECK_EVERY_S, 20 * scan_s))

    def acquire(self) -> bool:
        """Acquire the watcher lock; return False if another process holds it."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        # The process that watched before may have died before it updated the index.
        mark = self._services.metrics.mark(Mark.INDEX_BEHIND_SINCE)
        self._is_index_behind = self._is_index_behind or mark > 0
        return True

    def _purge_if_due(self) -> None:
        now = time.monotonic()
        if now >= self._purge_at and not self._services.settings.is_reader:
            self._purge_at = now + PURGE_EVERY_S
            self.purge()

    def purge(self) -> None:
        """Delete what has expired: messages, addresses, imports, revisions, trash.

        Addresses are the IP addresses of failed sign-ins. The audit log names each
        deleted record.
        """
        settings, now = self._services.settings, self._services.clock()
        contributions = ContributionStore(
            settings.contributions_file, days=settings.contact_days
        )
        contributions.delete_expired(now)
        dossiers = GroupDossierStore(
            settings.group_dossiers_file, days=settings.dossier_days
        )
        dossiers.delete_expired(now)
        self._services.database.audit.delete_old_addresses()
        Inbox(self._repository.locations.instance).prune(now)
        withdrawn = self._repository.history.last_withdrawals()
        self._repository.revisions.prune(now, withdrawn)
        for purged in Trash(self._repository).purge():
            self._services.database.audit.add(
                ACTOR, AuditAction.RECORD_PURGED, str(purged.record), purged.title
            )

    def check(self) -> bool:
        """Check the content once; return whether a change was recorded and indexed.

        A file that changed since the last check is left until the next one.
        """
        has_edits = self._edit_detector.check()
        # Whether there is still news of a practice depends on the day.
        state = shared_files_stamp(self._documents), self._services.clock().date()
        if has_edits or state != self._state:
            self._state = state
            self._note_change()
        if has_edits and self._services.settings.is_reader:
            self._edit_detector.ignore_edits()
        elif has_edits:
            self._edit_detector.record_edits()
        if not self._is_index_behind:
            return False
        self._services.content.update_index()
        self._set_index_behind(is_behind=False)
        return True

    def _note_change(self) -> None:
        """Note that the content changed, for the index or for the other processes."""
        self._dump.run_in(DUMP_AFTER_CHANGE_S)
        if not self._services.settings.writes_index:
            # The index of another machine need not change: workers read the content.
            self._services.metrics.set_mark(Mark.CONTENT_CHANGED_AT, time.time())
        elif not self._is_index_behind:
            # The index stays behind until an update succeeds.
            self._set_index_behind(is_behind=True)

    def _set_index_behind(self, *, is_behind: bool) -> None:
        self._is_index_behind = is_behind
        since = time.time() if is_behind else 0.0
        self._services.metrics.set_mark(Mark.INDEX_BEHIND_SINCE, since)
