"""The queue of import tasks: a folder for each upload, with its files and their states.

Files are stored under numbers. The state of each file is written atomically when it
changes: after a crash, the next worker continues from there.
"""

import dataclasses
import datetime as dt
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.files import fsync, write_file_atomically
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Message, message
from kb.core.locks import is_locked
from kb.publishing.errors import NewerFormatError, NotFoundError
from kb.publishing.storage.folders import is_expired
from kb.publishing.storage.json_fields import load_json, to_stored_json
from kb.publishing.storage.names import MAX_SUFFIX_CHARACTERS


class FileState(StrEnum):
    """The state of an uploaded file; the values are stored."""

    WAITING = "waiting"
    READING = "reading"
    DRAFTED = "drafted"
    ALREADY_THERE = "already-there"
    RECOGNISED = "recognised"
    REPLACED = "replaced"
    ATTACHED = "attached"
    NEEDS_OCR = "pictures"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def is_done(self) -> bool:
        """Whether the worker has finished the file."""
        return self not in {FileState.WAITING, FileState.READING}


@dataclass(frozen=True, slots=True)
class SentFile:
    """An uploaded file of a task; `attempts` counts how often its reading started.

    `owner` is the draft or record that has the file. `ocr` asks for OCR of pictures.
    """

    number: int
    name: str
    size_bytes: int
    state: FileState = FileState.WAITING
    message: Message | None = None
    sha256: str = ""
    owner: str = ""
    attempts: int = 0
    ocr: bool = False

    def finished(
        self, state: FileState, text: Message | None = None, sha256: str = ""
    ) -> "SentFile":
        """Return the file after one more attempt."""
        return dataclasses.replace(
            self, state=state, message=text, sha256=sha256, attempts=self.attempts + 1
        )

    def reset(self) -> "SentFile":
        """Return the file as it was before its first attempt."""
        return SentFile(self.number, self.name, self.size_bytes, ocr=self.ocr)


@dataclass(frozen=True, slots=True)
class ReplacedFile:
    """The original of a published record that an upload replaces."""

    record: RecordId
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """An upload: its files become drafts, replace an original, or join a draft.

    `note` says why its reading was postponed. `cited_by` is a draft that names the
    drafts which the files become. The files of a task that `is_private` are read for
    staff alone, and become no drafts.
    """

    id: str
    by: str
    at: dt.datetime
    locale: Locale
    files: tuple[SentFile, ...]
    note: Message | None = None
    replaces: ReplacedFile | None = None
    draft: RecordId | None = None
    cited_by: RecordId | None = None
    is_private: bool = False

    @property
    def record(self) -> RecordId | None:
        """The record that the files are for, or None."""
        return self.replaces.record if self.replaces is not None else self.draft

    @property
    def is_done(self) -> bool:
        """Whether all files are done."""
        return not self.unfinished

    @property
    def unfinished(self) -> tuple[SentFile, ...]:
        """The files that are not done."""
        return tuple(file for file in self.files if not file.state.is_done)

    def with_file(self, file: SentFile) -> "Task":
        """Return the task with another state of one file."""
        files = tuple(file if old.number == file.number else old for old in self.files)
        return dataclasses.replace(self, files=files)


def task_contents(task: Task) -> bytes:
    """Return a task as JSON; its id is the name of its folder."""
    body = {**to_stored_json(task), "draft": str(task.draft or "")}
    del body["id"]
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")


FOLDER = "uploads"
TASK_FILE = "task.json"
ARRIVING = ".arriving-"
"""The prefix of the names of files and folders that are not received completely."""

MEGABYTE = 1_000_000
MAX_FILE_BYTES = 100 * MEGABYTE
MAX_REQUEST_BYTES = 300 * MEGABYTE
MAX_FILES = 100
MAX_PASTED_BYTES = 5 * MEGABYTE
MAX_NAME_CHARACTERS = 300
RETENTION_DAYS = 30
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
    """A received file: its temporary path, and the name that the browser sent."""

    path: Path
    name: str
    size_bytes: int


class Inbox:
    """The import tasks of an instance folder."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / FOLDER

    def open(self) -> Path:
        """Create the folder, private to this account, and return its path.

        Raises:
            OSError: the folder can't be created.
        """
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.folder.chmod(PRIVATE_FOLDER)
        return self.folder

    def add(  # noqa: PLR0913  # the files, who sent them, and what for
        self,
        uploads: Sequence[UploadedFile],
        *,
        by: str,
        at: dt.datetime,
        locale: Locale,
        replaces: ReplacedFile | None = None,
        draft: RecordId | None = None,
        cited_by: RecordId | None = None,
        is_private: bool = False,
        ocr: bool = False,
    ) -> Task:
        """Store received files as a task; it is complete, or does not exist.

        Raises:
            OSError: the files can't be stored.
        """
        self.prune(at)
        folder = self.open() / f"{ARRIVING}{secrets.token_hex(8)}"
        folder.mkdir(mode=PRIVATE_FOLDER)
        try:
            files = tuple(
                _store(folder, number, upload, ocr=ocr)
                for number, upload in enumerate(uploads, start=1)
            )
            name = secrets.token_hex(8)
            task = Task(
                *(name, by, at, locale, files),
                replaces=replaces,
                draft=draft,
                cited_by=cited_by,
                is_private=is_private,
            )
            write_file_atomically(folder / TASK_FILE, task_contents(task), mode=PRIVATE)
            folder.rename(self.folder / task.id)
            fsync(self.folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return task

    def load(self, task_id: str) -> Task:
        """Return a task.

        Raises:
            NotFoundError: there is none, or its file is damaged.
            NewerFormatError: a later version of this program wrote the file.
        """
        if not _ID.fullmatch(task_id):
            raise NotFoundError(task_id)
        path = self.folder / task_id / TASK_FILE
        return load_json(Task, path, task_id, id=task_id)

    def save(self, task: Task) -> None:
        """Write the state of a task.

        Raises:
            OSError: the task can't be written.
        """
        path = self.folder / task.id / TASK_FILE
        write_file_atomically(path, task_contents(task), mode=PRIVATE)

    def path(self, task: Task, file: SentFile) -> Path:
        """Return where a file is stored until it is read."""
        return self.folder / task.id / str(file.number)

    def all(self) -> tuple[Task, ...]:
        """Return all tasks, the newest first, without those of a newer format."""
        tasks = []
        with suppress(FileNotFoundError):
            for entry in self.folder.iterdir():
                with suppress(NotFoundError, NewerFormatError):
                    tasks.append(self.load(entry.name))
        return tuple(sorted(tasks, key=lambda task: (task.at, task.id), reverse=True))

    def waiting(self) -> tuple[Task, ...]:
        """Return the unfinished tasks, the oldest first."""
        return tuple(task for task in reversed(self.all()) if not task.is_done)

    def retry(self, task_id: str) -> Task:
        """Queue a postponed task again, with its failed files.

        Raises:
            NotFoundError: no such task.
            OSError: the task can't be written.
        """
        task = self.load(task_id)
        for file in task.files:
            if file.state is FileState.FAILED and self.path(task, file).exists():
                task = task.with_file(file.reset())
        task = dataclasses.replace(task, note=None)
        self.save(task)
        return task

    def retry_with_ocr(self, task_id: str, number: int) -> Task:
        """Queue a file of pictures again, to be read with OCR.

        Raises:
            NotFoundError: no such task, or no such file in it.
            OSError: the task can't be written.
        """
        task = self.load(task_id)
        for file in task.files:
            needs_ocr = file.number == number and file.state is FileState.NEEDS_OCR
            if needs_ocr and self.path(task, file).exists():
                queued = dataclasses.replace(file.reset(), ocr=True)
                task = dataclasses.replace(task.with_file(queued), note=None)
                self.save(task)
                return task
        raise NotFoundError(f"{task_id}/{number}")

    @contextmanager
    def worker_lock(self) -> Iterator[bool]:
        """Wait for the running worker to end; yield False if another one waits already.

        The waiting worker also reads the tasks that are added meanwhile.
        """
        folder = self.open()
        worker = FileLock(folder / ".reading.lock")
        try:
            with FileLock(folder / ".next.lock", timeout=0):
                worker.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            worker.release()

    def is_worker_running(self) -> bool:
        """Return whether a worker process is reading tasks."""
        return is_locked(self.folder / ".reading.lock")

    def prune(self, now: dt.datetime) -> None:
        """Delete old finished tasks, and uploads that were not received completely.

        Raises:
            OSError: the age of a task with a wrong date can't be stored.
        """
        for task in self.all():
            folder = self.folder / task.id
            if task.is_done and is_expired(folder, task.at, now, days=RETENTION_DAYS):
                shutil.rmtree(folder, ignore_errors=True)
        for path in self.folder.glob(f"{ARRIVING}*"):
            with suppress(OSError):
                # A date in the future is no sign of an upload in progress.
                age_s = abs(time.time() - path.stat().st_mtime)
                if age_s > LEFT_OVER_HOURS * 3600:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def upload_display_name(name: str) -> str:
    """Return the name of an upload without folders, which some browsers send."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = last.encode("utf-8", "replace").decode()
    if len(clean) <= MAX_NAME_CHARACTERS:
        return clean or "?"
    # The reader of a text file depends on the suffix of its name.
    _stem, point, suffix = clean.rpartition(".")
    end = point + suffix if len(suffix) <= MAX_SUFFIX_CHARACTERS else ""
    return clean[: MAX_NAME_CHARACTERS - len(end)] + end


def _store(folder: Path, number: int, upload: UploadedFile, *, ocr: bool) -> SentFile:
    name = upload_display_name(upload.name)
    file = SentFile(number, name, upload.size_bytes, ocr=ocr)
    if number > MAX_FILES:
        return dataclasses.replace(file, state=FileState.REFUSED, message=TOO_MANY)
    if upload.size_bytes > MAX_FILE_BYTES:
        return dataclasses.replace(file, state=FileState.REFUSED, message=TOO_LARGE)
    path = folder / str(number)
    try:
        os.link(upload.path, path)
    except OSError:  # a file system without hard links
        shutil.copyfile(upload.path, path)
        path.chmod(PRIVATE)
    fsync(path)
    return file
