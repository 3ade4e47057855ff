"""Import tasks: the files of one upload, their purpose, and the state of each."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Message
from kb.publishing.storage.json_fields import to_stored_json


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

    def reset(self) -> SentFile:
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
    drafts which the files become.
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
        return tuple(each for each in self.files if not each.state.is_done)

    def with_file(self, file: SentFile) -> Task:
        """Return the task with another state of one file."""
        files = tuple(file if old.number == file.number else old for old in self.files)
        return dataclasses.replace(self, files=files)


def task_contents(task: Task) -> bytes:
    """Return a task as JSON; its id is the name of its folder."""
    body = {**to_stored_json(task), "draft": str(task.draft or "")}
    del body["id"]
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")
