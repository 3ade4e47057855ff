"""Files that were sent and wait to be read: a folder for each time that some were.

Each is kept under a number; what it was called is data. What became of it is written
down, at once and in whole, as soon as it is known: whoever is killed meanwhile, the
next one goes on from there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.model.ids import Locale, RecordId
from indexer.model.problems import message
from kb.core.files import flush_folder, write_file_atomically
from kb.publishing.errors import NotThereError
from kb.publishing.imports.tasks import (
    FileState,
    Replaced,
    SentFile,
    Task,
    task_contents,
    task_of,
)
from kb.publishing.storage.folders import flush

FOLDER = "uploads"
TASK_FILE = "task.json"
ARRIVING = ".arriving-"
"""What the name of a file begins with while it is received."""

MEGABYTE = 1_000_000
MAX_FILE_BYTES = 100 * MEGABYTE
MAX_REQUEST_BYTES = 300 * MEGABYTE
MAX_FILES = 100
MAX_PASTED_BYTES = 5 * MEGABYTE
MAX_NAME_CHARACTERS = 300
MAX_ENDING_CHARACTERS = 10
KEPT_DAYS = 30
LEFT_OVER_HOURS = 24
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700

_ID = re.compile(r"[0-9a-f]{16}")

TOO_LARGE = message(
    "it is too large: %(most)s megabytes at most for one file",
    most=MAX_FILE_BYTES // MEGABYTE,
)
TOO_MANY = message(
    "not accepted: %(most)s files at most at once; send it again",
    most=MAX_FILES,
)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was received: where it is now, and what it was called."""

    path: Path
    name: str
    size_bytes: int


class Inbox:
    """All that was sent."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / FOLDER

    def open(self) -> Path:
        """Give the folder, which nobody else may look into.

        Raises:
            OSError: it can't be made.
        """
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.folder.chmod(PRIVATE_FOLDER)
        return self.folder

    def take(  # noqa: PLR0913  # what was sent, by whom, and what for
        self,
        arrivals: Sequence[UploadedFile],
        *,
        by: str,
        at: dt.datetime,
        locale: Locale,
        replaces: Replaced | None = None,
        draft: RecordId | None = None,
        recognises: bool = False,
    ) -> Task:
        """Keep files that were received, and make the task that reads them.

        It is there with all its files, or not at all.

        Raises:
            OSError: they can't be kept.
        """
        self._prune(at)
        made = self.open() / f"{ARRIVING}{secrets.token_hex(8)}"
        made.mkdir(mode=PRIVATE_FOLDER)
        try:
            files = tuple(
                dataclasses.replace(
                    _taken(made, number, arrival), recognises=recognises
                )
                for number, arrival in enumerate(arrivals, start=1)
            )
            name = secrets.token_hex(8)
            task = Task(name, by, at, locale, files, replaces=replaces, draft=draft)
            write_file_atomically(made / TASK_FILE, task_contents(task), mode=PRIVATE)
            made.rename(self.folder / task.id)
            flush_folder(self.folder)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        return task

    def load(self, task_id: str) -> Task:
        """Give a task.

        Raises:
            NotThereError: there is none, or it can't be read.
        """
        if not _ID.fullmatch(task_id):
            raise NotThereError(task_id)
        try:
            text = (self.folder / task_id / TASK_FILE).read_text("utf-8")
            return task_of(task_id, json.loads(text))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotThereError(task_id) from error

    def save(self, task: Task) -> None:
        """Write down what became of a task.

        Raises:
            OSError: it can't be written.
        """
        path = self.folder / task.id / TASK_FILE
        write_file_atomically(path, task_contents(task), mode=PRIVATE)

    def path(self, task: Task, file: SentFile) -> Path:
        """Give where a file is kept until it was read."""
        return self.folder / task.id / str(file.number)

    def all(self) -> tuple[Task, ...]:
        """Give all tasks, the newest first."""
        found = []
        with suppress(FileNotFoundError):
            for entry in self.folder.iterdir():
                with suppress(NotThereError):
                    found.append(self.load(entry.name))
        return tuple(sorted(found, key=lambda each: (each.at, each.id), reverse=True))

    def waiting(self) -> tuple[Task, ...]:
        """Give the tasks that are not done, the oldest first."""
        return tuple(each for each in reversed(self.all()) if not each.is_done)

    def again(self, task_id: str) -> Task:
        """Let what was put off, or failed for want of room, be tried again.

        Raises:
            NotThereError: there is no such task.
            OSError: it can't be written.
        """
        task = self.load(task_id)
        for each in task.files:
            is_kept = self.path(task, each).exists()
            if each.state is FileState.FAILED and is_kept:
                task = task.having(each.afresh())
        task = dataclasses.replace(task, note=None)
        self.save(task)
        return task

    def recognise(self, task_id: str, number: int) -> Task:
        """Let a file of pictures be read again, with their text recognised.

        Raises:
            NotThereError: there is no such task, or no such file in it.
            OSError: it can't be written.
        """
        task = self.load(task_id)
        for each in task.files:
            is_kept = self.path(task, each).exists()
            if each.number == number and each.state is FileState.PICTURES and is_kept:
                asked = dataclasses.replace(each.afresh(), recognises=True)
                task = dataclasses.replace(task.having(asked), note=None)
                self.save(task)
                return task
        raise NotThereError(f"{task_id}/{number}")

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait until nobody else reads; False when somebody waits already.

        Whoever waits will see what was sent meanwhile.
        """
        folder = self.open()
        next_one = FileLock(folder / ".next.lock", timeout=0)
        at_work = FileLock(folder / ".reading.lock")
        try:
            next_one.acquire()
        except Timeout:
            yield False
            return
        try:
            at_work.acquire()
        finally:
            next_one.release()
        try:
            yield True
        finally:
            at_work.release()

    def is_being_read(self) -> bool:
        """Tell whether somebody reads just now."""
        lock = FileLock(self.folder / ".reading.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False

    def _prune(self, now: dt.datetime) -> None:
        """Forget tasks that were done long ago, and what was never fully received."""
        old = now - dt.timedelta(days=KEPT_DAYS)
        for task in self.all():
            if task.is_done and task.at < old:
                shutil.rmtree(self.folder / task.id, ignore_errors=True)
        left = (now - dt.timedelta(hours=LEFT_OVER_HOURS)).timestamp()
        for path in self.folder.glob(f"{ARRIVING}*"):
            with suppress(OSError):
                if path.stat().st_mtime < left:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def upload_display_name(name: str) -> str:
    """Give the name that a file had, without the folders that some browsers send."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = last.encode("utf-8", "replace").decode()
    if len(clean) <= MAX_NAME_CHARACTERS:
        return clean or "?"
    # The ending says of which type a text is: it stays.
    _stem, point, ending = clean.rpartition(".")
    kept = point + ending if len(ending) <= MAX_ENDING_CHARACTERS else ""
    return clean[: MAX_NAME_CHARACTERS - len(kept)] + kept


def _taken(folder: Path, number: int, arrival: UploadedFile) -> SentFile:
    file = SentFile(number, upload_display_name(arrival.name), arrival.size_bytes)
    if number > MAX_FILES:
        return dataclasses.replace(file, state=FileState.REFUSED, message=TOO_MANY)
    if arrival.size_bytes > MAX_FILE_BYTES:
        return dataclasses.replace(file, state=FileState.REFUSED, message=TOO_LARGE)
    place = folder / str(number)
    try:
        os.link(arrival.path, place)
    except OSError:  # a disk without links
        shutil.copyfile(arrival.path, place)
        place.chmod(PRIVATE)
    flush(place)
    return file
