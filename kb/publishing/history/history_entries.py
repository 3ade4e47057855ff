"""The entries of the history: a change of a record, its actor, time and states."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum

from indexer.model.ids import RecordId
from kb.publishing.storage.snapshots import FolderState

WRITERS_SEPARATOR = ", "
"""Separates the writers in the detail of a publication."""


class HistoryAction(StrEnum):
    """What was done to a record; the values are stored."""

    FIRST_SEEN = "found"
    EXTERNAL_EDIT = "by-hand"
    EDITED = "edited"
    RENAMED = "renamed"
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
    ASSESSED = "assessed"
    ASSESSMENT_WITHDRAWN = "assessment-withdrawn"
    IMPORTED = "imported"
    EDITION_CONFIRMED = "edition-confirmed"
    THEME_ADDED = "theme-added"


class ChangeSide(Enum):
    """The state before or after a change."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change of one record; `before` or `after` is None where the record is absent.

    `actor` is empty for external edits. A change with `is_draft` was never public. An
    editing session of a draft is one entry, however many saves it had.
    """

    at: dt.datetime
    actor: str
    action: HistoryAction
    record: RecordId
    before: FolderState | None
    after: FolderState | None
    detail: str = ""
    is_draft: bool = False

    @property
    def writers(self) -> tuple[str, ...]:
        """Who wrote the draft that was published; empty in old entries."""
        is_known = self.action is HistoryAction.PUBLISHED and self.detail
        return tuple(self.detail.split(WRITERS_SEPARATOR)) if is_known else ()

    def state(self, side: ChangeSide) -> FolderState | None:
        """Return the state before or after the change."""
        return self.before if side is ChangeSide.BEFORE else self.after


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """A stored entry, its number, and the name of its transaction."""

    number: int
    transaction: str
    entry: HistoryEntry
