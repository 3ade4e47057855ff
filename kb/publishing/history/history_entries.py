"""What the history tells: who changed what, when, from which state into which."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, message
from kb.publishing.errors import NotThereError
from kb.publishing.storage.snapshots import FolderState


class HistoryAction(StrEnum):
    """What was done to a record."""

    FOUND = "found"
    BY_HAND = "by-hand"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    FILE_REPLACED = "file-replaced"
    DELETED = "deleted"
    RESTORED = "restored"
    MERGED = "merged"
    LINKS_CHANGED = "links-changed"
    BROUGHT_BACK = "brought-back"
    DISCARDED = "discarded"
    NOT_SAVED = "not-saved"


ACTIONS: dict[HistoryAction, Message] = {
    HistoryAction.FOUND: message("found in the content"),
    HistoryAction.BY_HAND: message("changed by hand"),
    HistoryAction.PUBLISHED: message("published"),
    HistoryAction.UNPUBLISHED: message("withdrawn, back to the drafts"),
    HistoryAction.FILE_REPLACED: message("an original replaced"),
    HistoryAction.DELETED: message("deleted"),
    HistoryAction.RESTORED: message("restored"),
    HistoryAction.MERGED: message("merged into another record"),
    HistoryAction.LINKS_CHANGED: message("its links changed"),
    HistoryAction.BROUGHT_BACK: message("an earlier version restored"),
    HistoryAction.DISCARDED: message("draft deleted"),
    HistoryAction.NOT_SAVED: message(
        "draft not saved, because another version was saved"
    ),
}
"""What was done, as staff are told."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change to be written down. `before` or `after` is None when nothing was there.

    What `is_draft` was never seen by the public.
    """

    at: dt.datetime
    who: str
    action: HistoryAction
    record: RecordId
    before: FolderState | None
    after: FolderState | None
    detail: str = ""
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """A change that was written down. What was changed together has the same `work`."""

    number: int
    work: str
    entry: HistoryEntry


def record_id_of(text: str) -> RecordId:
    """Read `practices/milan-stolen-bikes`; a folder may have any name, but one only.

    Raises:
        NotThereError: it is no record that can be.
    """
    folder, _, slug = text.partition("/")
    kind = Kind.from_folder(folder)
    if kind is None or slug in {"", ".", ".."} or "/" in slug:
        raise NotThereError(text)
    return RecordId(kind, slug)
