"""The worker process, run as a Python module: runs waiting imports, then exits.

Its arguments are the folders of the content, the index and the instance. An optional
fourth is the descriptor of a pipe: the worker exits when the other end is closed.
The search engine is that of the settings in the environment.
"""

import dataclasses
import logging
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import (
    NOT_INDEXED_ERRORS,
    CorpusMissingError,
    FileUnreadableError,
    IndexBusyError,
)
from indexer.extraction.report.report_card import unreadable_message
from indexer.model.document import Unreadable
from indexer.model.ids import RecordId
from indexer.model.problems import Message, message
from indexer.pipeline import (
    Locations,
    open_corpus,
    open_stored_engine,
    open_texts,
    update,
)
from indexer.readers.sandbox.sandbox import IDLE_WORKERS
from kb.core.catalogs import catalog
from kb.core.settings import Settings, read_settings
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock, utc_now
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.database.schema import StaffStore
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_links import cite_file
from kb.publishing.errors import BusyError, PublishingError
from kb.publishing.history.past_states import last_good_states
from kb.publishing.imports.file_changes import place_uploaded_file
from kb.publishing.imports.file_extraction import OCR_REASONS
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.inbox import FileState, Inbox, SentFile, Task
from kb.publishing.imports.staging import ImportOptions, ImportResult, ImportStatus

MAX_ATTEMPTS = 3
"""A file is refused after this number of interrupted readings."""

NOT_RECOGNISED = message(
    "no text was recognised in its images: ask for a file with text"
)
BUSY = message("somebody else is adding files or changing the content")

FileListener = Callable[[Task, SentFile], None]
"""Called when a file was attached to its draft, or has replaced its original."""


def run_pending_tasks(
    locations: Locations,
    *,
    clock: Clock = utc_now,
    listener: FileListener = lambda _task, _file: None,
) -> int:
    """Run the waiting tasks, the oldest first; return how many were finished.

    One process runs tasks at a time, one waits for it, and others return at once.
    """
    inbox = Inbox(locations.instance)
    finished = 0
    with inbox.worker_lock() as is_acquired:
        if not is_acquired:
            return 0
        for task in _pending_tasks(inbox):
            finished += _TaskRun(locations, inbox, task, clock, listener).run()
    return finished


def _pending_tasks(inbox: Inbox) -> Iterator[Task]:
    """Yield the waiting tasks, and those added meanwhile, each once."""
    tried: set[str] = set()
    while True:
        waiting = [task for task in inbox.waiting() if task.id not in tried]
        if not waiting:
            return
        tried.add(waiting[0].id)
        yield waiting[0]


@dataclass(slots=True)
class _TaskRun:
    """One run of a task; the state of each file is saved when it changes."""

    _locations: Locations
    _inbox: Inbox
    _task: Task
    _clock: Clock
    _listener: FileListener
    _changes_index: bool = False

    def run(self) -> bool:
        """Run the task, and return whether it is finished."""
        self._refuse_crashing_files()
        try:
            self._run()
        except (IndexBusyError, BusyError):
            self._postpone(BUSY)
        except PublishingError as error:
            self._postpone(error.message)
        except CorpusMissingError:
            self._postpone(message("the content folder does not exist"))
        except OSError as error:
            self._postpone(
                message(
                    "it cannot be written here (%(reason)s)",
                    reason=error.strerror or error,
                )
            )
        if self._changes_index:
            self._update_index()
        return self._task.is_done

    def _run(self) -> None:
        if self._task.record is not None:
            for file in self._task.unfinished:
                self._place(file, self._task.record)
            return
        for ocr in (False, True):
            waiting = tuple(file for file in self._task.unfinished if file.ocr is ocr)
            if waiting:
                self._import(waiting, ocr=ocr)

    def _place(self, file: SentFile, record: RecordId) -> None:
        """Put a file into the draft or the record of the task."""
        self._begin(file)
        path = self._inbox.path(self._task, file)
        repository = open_repository(self._locations, clock=self._clock)
        placed = place_uploaded_file(repository, self._task, record, file, path)
        placed = dataclasses.replace(placed, owner=str(record))
        if placed.state is FileState.ALREADY_THERE and file.attempts:
            # An earlier attempt placed the file, and was killed right after.
            placed = dataclasses.replace(placed, state=self._placed_state, message=None)
        self._changes_index |= placed.state is FileState.REPLACED
        self._save(placed)
        if placed.state is self._placed_state:
            self._listener(self._task, placed)
        if placed.state is not FileState.NEEDS_OCR:
            path.unlink(missing_ok=True)

    @property
    def _placed_state(self) -> FileState:
        is_draft = self._task.draft is not None
        return FileState.ATTACHED if is_draft else FileState.REPLACED

    def _update_index(self) -> None:
        """Update the index; if it can't be written, the service updates it later."""
        engine = open_stored_engine(self._locations)
        with suppress(*NOT_INDEXED_ERRORS), engine.exclusive():
            last_good = last_good_states(self._locations)
            reader = open_corpus(self._locations, last_good=last_good)
            update(engine, reader.read, texts=open_texts(self._locations))

    def _refuse_crashing_files(self) -> None:
        for file in self._task.unfinished:
            if file.attempts >= MAX_ATTEMPTS:
                crashed = FileUnreadableError(file.name, Unreadable.CRASHED)
                text = unreadable_message(crashed)
                self._save(
                    dataclasses.replace(file, state=FileState.REFUSED, message=text)
                )

    def _import(self, waiting: tuple[SentFile, ...], *, ocr: bool) -> None:
        self._begin(waiting[0])
        names = {self._inbox.path(self._task, file): file.name for file in waiting}
        importer = Importer(
            self._locations,
            clock=self._clock,
            translate=catalog(self._task.locale.value).gettext,
            ocr=ocr,
            actor=self._task.by,
            # The other cores serve requests.
            options=ImportOptions(name_of=names.__getitem__, processes=1),
        )
        for position, result in enumerate(importer.add(names), start=1):
            file = _after(waiting[position - 1], result)
            if self._task.cited_by is not None and file.owner:
                repository = open_repository(self._locations, clock=self._clock)
                cite_file(repository, self._task.cited_by, file.owner, self._task.by)
            self._save(file)
            self._changes_index |= file.state is FileState.RECOGNISED
            if file.state not in {FileState.FAILED, FileState.NEEDS_OCR}:
                result.path.unlink(missing_ok=True)
            if position < len(waiting):
                self._begin(waiting[position])

    def _begin(self, file: SentFile) -> None:
        self._save(
            dataclasses.replace(
                file, state=FileState.READING, attempts=file.attempts + 1
            )
        )

    def _save(self, file: SentFile) -> None:
        self._task = dataclasses.replace(self._task.with_file(file), note=None)
        self._inbox.save(self._task)

    def _postpone(self, note: Message) -> None:
        for file in self._task.unfinished:
            # The interruption was not caused by the file: no attempt is counted.
            self._task = self._task.with_file(file.reset())
        self._task = dataclasses.replace(self._task, note=note)
        with suppress(OSError):  # The stored task is unfinished, and runs again.
            self._inbox.save(self._task)


def _after(file: SentFile, result: ImportResult) -> SentFile:
    state = FileState(result.status.value)  # A task never publishes.
    text: Message | None = result.message
    is_draft = bool(result.owner) and "/" not in result.owner
    if result.status is ImportStatus.ALREADY_THERE and file.attempts and is_draft:
        # An earlier attempt made the draft, and was killed right after.
        state, text = FileState.DRAFTED, message("draft %(id)s", id=result.owner)
    if result.reason in OCR_REASONS:
        state, text = (
            (FileState.REFUSED, NOT_RECOGNISED)
            if file.ocr
            else (FileState.NEEDS_OCR, None)
        )
    return dataclasses.replace(
        file.finished(state, text, result.sha256), owner=result.owner
    )


NICENESS = 10

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> None:
    """Read the waiting tasks of these folders, with a low priority."""
    documents, index, instance = map(Path, arguments[:3])
    for descriptor in arguments[3:]:
        threading.Thread(target=_exit_with, args=[int(descriptor)], daemon=True).start()
    with suppress(OSError):
        os.nice(NICENESS)
    # A task may have many files: one sandbox worker reads them all.
    IDLE_WORKERS.limit = 1
    # The engine is that of the environment, which the service passes on.
    used = read_settings().locations
    locations = Locations(documents, index, instance, used.engine, used.cluster)
    run_pending_tasks(locations, listener=audit_logger(Settings(locations).database))


def _exit_with(descriptor: int) -> None:
    """Exit when a pipe is closed at its other end.

    OCR may take minutes: a stopping service does not wait for it. The next worker
    resumes the task as after a kill; the sandbox exits too.
    """
    select.select([descriptor], [], [])
    os._exit(0)


def audit_logger(database: Path) -> FileListener:
    """Return a listener that adds placed files to the audit log."""
    log = AuditLog(StaffStore(database), utc_now)

    def listener(task: Task, file: SentFile) -> None:
        replaces = task.replaces
        action = AuditAction.FILE_REPLACED if replaces else AuditAction.FILE_ATTACHED
        name = replaces.name if replaces else file.name
        try:
            log.add(task.by, action, str(task.record), name)
        except DatabaseUnavailableError as error:
            # The file is placed already; the server log has the line at least.
            logger.warning(
                "not in the audit log: %s %s (%s)", action, task.record, error
            )

    return listener


if __name__ == "__main__":
    main(sys.argv[1:])
