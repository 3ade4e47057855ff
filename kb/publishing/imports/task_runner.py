"""Reads what was sent, one task after another, in a process of its own.

The service starts it and does not wait for it: pages go on being answered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from indexer.errors import (
    CorpusMissingError,
    FileUnreadableError,
    IndexBusyError,
    IndexWriteError,
)
from indexer.extraction.unreadable_messages import unreadable_message
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.readings import Unreadable
from indexer.pipeline import (
    Locations,
    open_corpus,
    open_stored_engine,
    open_texts,
    update,
)
from kb.core.catalogs import catalog
from kb.publishing.changes.repository import Clock, utc_now
from kb.publishing.errors import BusyError, PublishingError
from kb.publishing.extractions.file_extraction import PICTURES
from kb.publishing.imports.attachment import FileAttachment
from kb.publishing.imports.import_results import (
    ImportOptions,
    ImportResult,
    ImportStatus,
)
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.replacement import FileChangeResult, FileReplacement
from kb.publishing.imports.tasks import FileState, SentFile, Task

MAX_ATTEMPTS = 3
"""How often the reading of a file may be cut short before it is given up."""


_STATES = {
    ImportStatus.DRAFTED: FileState.DRAFTED,
    ImportStatus.PUBLISHED: FileState.DRAFTED,
    ImportStatus.INCOMPLETE: FileState.DRAFTED,
    ImportStatus.ALREADY_THERE: FileState.ALREADY_THERE,
    ImportStatus.RECOGNISED: FileState.RECOGNISED,
    ImportStatus.REFUSED: FileState.REFUSED,
    ImportStatus.FAILED: FileState.FAILED,
}

NOT_RECOGNISED = message(
    "no text was recognised in its images: ask for a file with text"
)
BUSY = message("somebody else is adding files or changing the content")


Tell = Callable[[Task, SentFile], None]
"""Writes down that a file was put where it was sent for."""


def tell_nobody(_task: Task, _file: SentFile) -> None:
    """Write nothing down."""


def read_waiting(
    locations: Locations, *, clock: Clock = utc_now, tell: Tell = tell_nobody
) -> int:
    """Read all that waits, the oldest first; give how many tasks were done.

    One process reads at a time: another waits for its turn, a third leaves it to that.
    """
    inbox = Inbox(locations.instance)
    done = 0
    with inbox.turn() as is_ours:
        if not is_ours:
            return 0
        for task in _each_waiting(inbox):
            done += _Reading(locations, inbox, task, clock, tell).run()
    return done


def _each_waiting(inbox: Inbox) -> Iterator[Task]:
    """Give what waits, and what comes meanwhile; each task once."""
    tried: set[str] = set()
    while True:
        waiting = [each for each in inbox.waiting() if each.id not in tried]
        if not waiting:
            return
        tried.add(waiting[0].id)
        yield waiting[0]


class _Reading:
    """The reading of one task."""

    def __init__(
        self,
        locations: Locations,
        inbox: Inbox,
        task: Task,
        clock: Clock,
        tell: Tell,
    ) -> None:
        self._locations = locations
        self._inbox = inbox
        self._task = task
        self._clock = clock
        self._tell = tell
        self._names = {inbox.path(task, each): each.name for each in task.files}
        self._changes_index = False

    def _adder(self, *, ocr: bool) -> Importer:
        return Importer(
            self._locations,
            clock=self._clock,
            translate=translation(self._task.locale),
            ocr=ocr,
            who=self._task.by,
            # One core is for those who read the site meanwhile.
            manner=ImportOptions(
                name_of=self._names.__getitem__, drafts_proposals=False, processes=1
            ),
        )

    def run(self) -> bool:
        """Read it, and tell whether it is done."""
        self._give_up()
        try:
            self._read_all()
        except (IndexBusyError, BusyError):
            self._put_off(BUSY)
        except PublishingError as error:
            self._put_off(error.message)
        except CorpusMissingError:
            self._put_off(message("the content folder does not exist"))
        except OSError as error:
            self._put_off(
                message(
                    "it can't be written here (%(reason)s)",
                    reason=error.strerror or error,
                )
            )
        if self._changes_index:
            self._update_index()
        return self._task.is_done

    def _read_all(self) -> None:
        if self._task.record is not None:
            for each in self._task.unfinished:
                self._settle(each, self._task.record)
            return
        for ocr in (False, True):
            waiting = tuple(
                each for each in self._task.unfinished if each.recognises is ocr
            )
            if waiting:
                self._read(waiting, ocr=ocr)

    def _settle(self, file: SentFile, record: RecordId) -> None:
        """Put a file where the task says."""
        self._begin(file)
        path = self._inbox.path(self._task, file)
        done = self._put(file, path, record)
        state, told = done.state, done.message
        if state is FileState.ALREADY_THERE and file.attempts:
            # It is there since its own reading, which was cut short right after.
            state, told = self._settled_state, None
        self._changes_index |= state is FileState.REPLACED
        settled = dataclasses.replace(
            file,
            state=state,
            message=told,
            sha256=done.sha256,
            holder=str(record),
            attempts=file.attempts + 1,
        )
        self._keep(settled)
        if state is self._settled_state:
            self._tell(self._task, settled)
        if state is not FileState.PICTURES:
            path.unlink(missing_ok=True)

    @property
    def _settled_state(self) -> FileState:
        is_draft = self._task.draft is not None
        return FileState.ATTACHED if is_draft else FileState.REPLACED

    def _put(self, file: SentFile, path: Path, record: RecordId) -> FileChangeResult:
        who, ocr = self._task.by, file.recognises
        replaces = self._task.replaces
        if replaces is not None:
            replacer = FileReplacement(self._locations, who=who, clock=self._clock)
            return replacer.replace(replaces, path, file.name, recognises=ocr)
        attacher = FileAttachment(self._locations, who=who, clock=self._clock)
        return attacher.attach(record, path, file.name, recognises=ocr)

    def _update_index(self) -> None:
        """Bring what visitors find in line; when it can't be now, the service will."""
        engine = open_stored_engine(self._locations)
        with suppress(IndexBusyError, IndexWriteError), engine.exclusive():
            update(
                engine,
                open_corpus(self._locations).read,
                texts=open_texts(self._locations),
            )

    def _give_up(self) -> None:
        """Refuse what its reading was cut short at too often: it is the file."""
        for each in self._task.unfinished:
            if each.attempts >= MAX_ATTEMPTS:
                crashed = FileUnreadableError(each.name, Unreadable.CRASHED)
                told = unreadable_message(crashed)
                self._keep(
                    dataclasses.replace(each, state=FileState.REFUSED, message=told)
                )

    def _read(self, waiting: tuple[SentFile, ...], *, ocr: bool) -> None:
        self._begin(waiting[0])
        paths = [self._inbox.path(self._task, each) for each in waiting]
        for position, outcome in enumerate(self._adder(ocr=ocr).add(paths), start=1):
            kept = _after(waiting[position - 1], outcome)
            self._keep(kept)
            self._changes_index |= kept.state is FileState.RECOGNISED
            if kept.state not in {FileState.FAILED, FileState.PICTURES}:
                outcome.path.unlink(missing_ok=True)
            if position < len(waiting):
                self._begin(waiting[position])

    def _begin(self, file: SentFile) -> None:
        self._keep(
            dataclasses.replace(
                file, state=FileState.READING, attempts=file.attempts + 1
            )
        )

    def _keep(self, file: SentFile) -> None:
        self._task = dataclasses.replace(self._task.having(file), note=None)
        self._inbox.save(self._task)

    def _put_off(self, note: Message) -> None:
        for each in self._task.unfinished:
            # What was not its own fault is no attempt.
            self._task = self._task.having(each.afresh())
        self._task = dataclasses.replace(self._task, note=note)
        with suppress(OSError):  # It stays unfinished, and is found so.
            self._inbox.save(self._task)


def _after(file: SentFile, outcome: ImportResult) -> SentFile:
    state = _STATES[outcome.state]
    told: Message | None = outcome.message
    is_draft = bool(outcome.holder) and "/" not in outcome.holder
    if outcome.state is ImportStatus.ALREADY_THERE and file.attempts and is_draft:
        # It is there since its own reading, which was cut short right after.
        state, told = FileState.DRAFTED, message("draft %(id)s", id=outcome.holder)
    if outcome.reason in PICTURES:
        state, told = (
            (FileState.REFUSED, NOT_RECOGNISED)
            if file.recognises
            else (FileState.PICTURES, None)
        )
    return dataclasses.replace(
        file,
        state=state,
        message=told,
        sha256=outcome.sha256,
        holder=outcome.holder,
        attempts=file.attempts + 1,
    )


def translation(locale: Locale) -> Translate:
    """Give the translation into a language."""
    return catalog(locale.value).gettext
