"""Tasks: files that were sent together, what for, and what became of each."""

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
    """What has become of a file that was sent."""

    WAITING = "waiting"
    READING = "reading"
    DRAFTED = "drafted"
    ALREADY_THERE = "already-there"
    RECOGNISED = "recognised"
    REPLACED = "replaced"
    ATTACHED = "attached"
    PICTURES = "pictures"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def is_done(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self not in {FileState.WAITING, FileState.READING}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent. `attempts` counts how often its reading was begun.

    `recognises` asks that the text of its pictures be recognised.
    """

    number: int
    name: str
    size_bytes: int
    state: FileState = FileState.WAITING
    message: Message | None = None
    sha256: str = ""
    holder: str = ""
    attempts: int = 0
    recognises: bool = False

    def afresh(self) -> SentFile:
        """Give the file as if it had never been tried."""
        return SentFile(
            self.number, self.name, self.size_bytes, recognises=self.recognises
        )


@dataclass(frozen=True, slots=True)
class Replaced:
    """The original of a published record that a file is to take the place of."""

    record: RecordId
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """Files that were sent together. `note` says why their reading was put off.

    Those that neither take the place of another nor go into the draft that they are
    sent for become drafts.
    """

    id: str
    by: str
    at: dt.datetime
    locale: Locale
    files: tuple[SentFile, ...]
    note: Message | None = None
    replaces: Replaced | None = None
    draft: RecordId | None = None

    @property
    def record(self) -> RecordId | None:
        """The record that its files are for, if they are for one."""
        return self.replaces.record if self.replaces is not None else self.draft

    @property
    def is_done(self) -> bool:
        """Whether all its files are."""
        return all(each.state.is_done for each in self.files)

    @property
    def unfinished(self) -> tuple[SentFile, ...]:
        """The files of which it is not known yet what becomes of them."""
        return tuple(each for each in self.files if not each.state.is_done)

    def having(self, file: SentFile) -> Task:
        """Give the task with a file in the stead of the one of its number."""
        files = tuple(file if old.number == file.number else old for old in self.files)
        return dataclasses.replace(self, files=files)


def task_contents(task: Task) -> bytes:
    """Give a task as it is kept."""
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
                "holder": each.holder,
                "attempts": each.attempts,
                "recognises": each.recognises,
            }
            for each in task.files
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")


def _replaced_body(replaced: Replaced | None) -> dict[str, str] | None:
    if replaced is None:
        return None
    return {"record": str(replaced.record), "name": replaced.name}


def _replaced(body: Mapping[str, Any] | None) -> Replaced | None:
    record = RecordId.parse(str(body["record"])) if body is not None else None
    return None if body is None or record is None else Replaced(record, body["name"])


def _message_body(told: Message | None) -> dict[str, object] | None:
    return None if told is None else {"template": told.template, "values": told.values}


def _message(body: Mapping[str, Any] | None) -> Message | None:
    return None if body is None else message_of(body)


def task_of(task_id: str, body: Mapping[str, Any]) -> Task:
    """Read a task that was kept.

    Raises:
        KeyError: a part of it is missing.
        ValueError: a part of it is something else.
    """
    return Task(
        id=task_id,
        by=str(body["by"]),
        at=dt.datetime.fromisoformat(body["at"]),
        locale=Locale(body["locale"]),
        files=tuple(_sent(each) for each in body["files"]),
        note=_message(body["note"]),
        replaces=_replaced(body.get("replaces")),
        draft=RecordId.parse(str(body.get("draft", ""))),
    )


def _sent(body: Mapping[str, Any]) -> SentFile:
    fields = {name: value for name, value in body.items() if name != "told"}
    fields["state"] = FileState(body["state"])
    return SentFile(**fields, message=_message(body["told"]))
