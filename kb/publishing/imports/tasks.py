"""Import tasks: the files of one upload, their purpose, and the state of each."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Message
from kb.publishing.extractions.extraction_store import message_of


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

    `note` says why its reading was postponed.
    """

    id: str
    by: str
    at: dt.datetime
    locale: Locale
    files: tuple[SentFile, ...]
    note: Message | None = None
    replaces: ReplacedFile | None = None
    draft: RecordId | None = None

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
    """Return a task as JSON."""
    body = {
        "by": task.by,
        "at": task.at.isoformat(),
        "locale": task.locale.value,
        "note": _message_body(task.note),
        "replaces": _replaced_body(task.replaces),
        "draft": str(task.draft) if task.draft is not None else "",
        "files": [
            {
                "number": each.number,
                "name": each.name,
                "size_bytes": each.size_bytes,
                "state": each.state.value,
                "told": _message_body(each.message),
                "sha256": each.sha256,
                "holder": each.owner,
                "attempts": each.attempts,
                "recognises": each.ocr,
            }
            for each in task.files
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")


def task_of(task_id: str, body: Mapping[str, Any]) -> Task:
    """Return a task from its JSON.

    Raises:
        KeyError: a field is missing.
        TypeError: a field has another type.
        ValueError: a field has another value.
    """
    return Task(
        id=task_id,
        by=str(body["by"]),
        at=dt.datetime.fromisoformat(body["at"]),
        locale=Locale(body["locale"]),
        files=tuple(_sent_file(each) for each in body["files"]),
        note=_message(body["note"]),
        replaces=_replaced(body.get("replaces")),
        draft=RecordId.parse(str(body.get("draft", ""))),
    )


def _sent_file(body: Mapping[str, Any]) -> SentFile:
    return SentFile(
        number=body["number"],
        name=body["name"],
        size_bytes=body["size_bytes"],
        state=FileState(body["state"]),
        message=_message(body["told"]),
        sha256=body.get("sha256", ""),
        owner=body.get("holder", ""),
        attempts=body.get("attempts", 0),
        ocr=body.get("recognises", False),
    )


def _replaced_body(replaced: ReplacedFile | None) -> dict[str, str] | None:
    if replaced is None:
        return None
    return {"record": str(replaced.record), "name": replaced.name}


def _replaced(body: Mapping[str, Any] | None) -> ReplacedFile | None:
    if body is None:
        return None
    record = RecordId.parse(str(body["record"]))
    return ReplacedFile(record, body["name"]) if record is not None else None


def _message_body(text: Message | None) -> dict[str, object] | None:
    return None if text is None else {"template": text.template, "values": text.values}


def _message(body: Mapping[str, Any] | None) -> Message | None:
    return None if body is None else message_of(body)
