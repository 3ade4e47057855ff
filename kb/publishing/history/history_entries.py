"""The entries of the history: a change of a record, its actor, time and states."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import RecordId
from kb.publishing.storage.snapshots import FolderState


class HistoryAction(StrEnum):
    """What was done to a record; the values are stored."""

    FIRST_SEEN = "found"
    EXTERNAL_EDIT = "by-hand"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    FILE_REPLACED = "file-replaced"
    DELETED = "deleted"
    RESTORED = "restored"
    MERGED = "merged"
    LINKS_CHANGED = "links-changed"
    REVERTED = "brought-back"
    DISCARDED = "discarded"
    NOT_SAVED = "not-saved"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change of one record; `before` or `after` is None where the record is absent.

    `actor` is empty for external edits. A change with `is_draft` was never public.
    """

    at: dt.datetime
    actor: str
    action: HistoryAction
    record: RecordId
    before: FolderState | None
    after: FolderState | None
    detail: str = ""
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """A stored entry, its number, and the name of its transaction."""

    number: int
    transaction: str
    entry: HistoryEntry
