"""Reads what was sent, one task after another, in a process of its own.

The service starts it and does not wait for it: pages go on being answered.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

from indexer.errors import CorpusMissingError, FileUnreadableError, IndexBusyError
from indexer.extraction.refusals import refusal_of
from indexer.model.ids import Locale
from indexer.model.problems import Message, Translate, message
from indexer.model.readings import Unreadable
from indexer.pipeline import Locations
from kb.publishing.adding import Adder
from kb.publishing.errors import BusyError, PublishingError
from kb.publishing.holdings import Clock, utc_now
from kb.publishing.outcomes import Manner, Outcome, State
from kb.publishing.uploads import FileState, Inbox, SentFile, Task
from kb.translation import catalog

MAX_ATTEMPTS = 3
"""How often the reading of a file may be cut short before it is given up."""

STARTED_AGAIN_AFTER_S = 5.0
PROCESS = "kb.publishing.reading_process"

_STATES = {
    State.DRAFTED: FileState.DRAFTED,
    State.PUBLISHED: FileState.DRAFTED,
    State.INCOMPLETE: FileState.DRAFTED,
    State.ALREADY_THERE: FileState.ALREADY_THERE,
    State.REFUSED: FileState.REFUSED,
    State.FAILED: FileState.FAILED,
}

BUSY = message("somebody else is adding files or changing the content")


def read_waiting(locations: Locations, *, clock: Clock = utc_now) -> int:
    """Read all that waits, the oldest first; give how many tasks were done.

    One process reads at a time: another waits for its turn, a third leaves it to that.
    """
    inbox = Inbox(locations.instance)
    done = 0
    with inbox.turn() as is_ours:
        if not is_ours:
            return 0
        for task in _each_waiting(inbox):
            done += _Reading(locations, inbox, task, clock).run()
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
        self, locations: Locations, inbox: Inbox, task: Task, clock: Clock
    ) -> None:
        self._inbox = inbox
        self._task = task
        self._names = {inbox.path(task, each): each.name for each in task.files}
        self._adder = Adder(
            locations,
            day=clock().date(),
            translate=translation(task.locale),
            who=task.by,
            # One core is for those who read the site meanwhile.
            manner=Manner(
                name_of=self._names.__getitem__, drafts_proposals=False, processes=1
            ),
        )

    def run(self) -> bool:
        """Read it, and tell whether it is done."""
        self._give_up()
        waiting = self._task.unfinished
        try:
            if waiting:
                self._read(waiting)
        except (IndexBusyError, BusyError):
            self._put_off(BUSY)
        except PublishingError as error:
            self._put_off(error.told)
        except CorpusMissingError:
            self._put_off(message("the folder of the content is not there"))
        except OSError as error:
            self._put_off(
                message(
                    "it can't be written here ({reason})",
                    reason=error.strerror or error,
                )
            )
        return self._task.is_done

    def _give_up(self) -> None:
        """Refuse what its reading was cut short at too often: it is the file."""
        for each in self._task.unfinished:
            if each.attempts >= MAX_ATTEMPTS:
                crashed = FileUnreadableError(each.name, Unreadable.CRASHED)
                told = refusal_of(crashed)
                self._keep(
                    dataclasses.replace(each, state=FileState.REFUSED, told=told)
                )

    def _read(self, waiting: tuple[SentFile, ...]) -> None:
        self._begin(waiting[0])
        paths = [self._inbox.path(self._task, each) for each in waiting]
        for position, outcome in enumerate(self._adder.add(paths), start=1):
            self._keep(_after(waiting[position - 1], outcome))
            if outcome.state is not State.FAILED:
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
            self._task = self._task.having(
                SentFile(each.number, each.name, each.size_bytes)
            )
        self._task = dataclasses.replace(self._task, note=note)
        with suppress(OSError):  # It stays unfinished, and is found so.
            self._inbox.save(self._task)


def _after(file: SentFile, outcome: Outcome) -> SentFile:
    state, told = _STATES[outcome.state], outcome.told
    is_draft = bool(outcome.holder) and "/" not in outcome.holder
    if outcome.state is State.ALREADY_THERE and file.attempts and is_draft:
        # It is there since its own reading, which was cut short right after.
        state, told = FileState.DRAFTED, message("draft {id}", id=outcome.holder)
    return dataclasses.replace(
        file,
        state=state,
        told=told,
        sha256=outcome.sha256,
        holder=outcome.holder,
        attempts=file.attempts + 1,
    )


def translation(locale: Locale) -> Translate:
    """Give the translation into a language."""
    return catalog(locale.value).gettext


class ReadingStarter:
    """Starts the process that reads what waits."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._started_at = -STARTED_AGAIN_AFTER_S
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start it now; one that finds nothing to do ends at once."""
        with self._lock:
            self._started_at = time.monotonic()
        places = self._locations
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [
                *(sys.executable, "-m", PROCESS),
                *(str(places.documents), str(places.index), str(places.instance)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # It must not end with the browser's connection, nor hold the service's.
            close_fds=True,
        )
        threading.Thread(target=process.wait, name="kb-reading", daemon=True).start()

    def see_to(self) -> None:
        """Start it when something waits and nobody reads: the one before was killed."""
        with self._lock:
            was_just_started = (
                time.monotonic() - self._started_at < STARTED_AGAIN_AFTER_S
            )
        if was_just_started:
            return
        inbox = Inbox(self._locations.instance)
        is_left = any(each.note is None for each in inbox.waiting())
        if is_left and not inbox.is_being_read():
            self.start()
