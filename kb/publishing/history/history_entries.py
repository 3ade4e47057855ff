"""The entries of the history, and their rows in its tables."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from indexer.model.ids import RecordId
from kb.publishing.storage.folders import FolderState
from kb.publishing.storage.json_fields import from_stored_json, to_stored_json

WRITERS_SEPARATOR = ", "
"""Separates the writers in the detail of a publication."""


class HistoryAction(StrEnum):
    """What was done to a record; the values are stored."""

    FIRST_SEEN = "found"
    EXTERNAL_EDIT = "by-hand"
    EDITED = "edited"
    RENAMED = "renamed"
    PUBLISHED = "published"
    WITHDRAWN = "unpublished"
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
    CORRECTED = "corrected"


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


MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS text (
  sha256 TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  work TEXT NOT NULL, position INTEGER NOT NULL,
  at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, record TEXT NOT NULL,
  is_draft INTEGER NOT NULL, before TEXT, after TEXT, detail TEXT NOT NULL,
  UNIQUE (work, position));
CREATE INDEX IF NOT EXISTS change_by_record ON change (record, number);
CREATE TRIGGER IF NOT EXISTS change_is_kept BEFORE DELETE ON change
  BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER IF NOT EXISTS change_stays BEFORE UPDATE ON change
  BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER IF NOT EXISTS text_is_kept BEFORE DELETE ON text
  BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER IF NOT EXISTS text_stays BEFORE UPDATE ON text
  BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
""",
)
"""The statements that make each format from the one before, the first from nothing.

A released statement is never edited: a later format is added at the end.
"""

_ENTRY_KEYS = ("at", "who", "action", "record", "before", "after", "detail", "is_draft")
_COLUMNS = f"work, {', '.join(_ENTRY_KEYS)}"

INSERTION = (
    f"INSERT OR IGNORE INTO change (position, {_COLUMNS})"  # noqa: S608  # constant names
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
TIMES = """
SELECT record,
  CASE WHEN NOT max(action = ?1) THEN min(CASE WHEN before IS NULL THEN at END) END,
  max(CASE WHEN action != ?1 THEN at END)
FROM change WHERE is_draft = 0 GROUP BY record HAVING max(action != ?1)
"""
"""Selects when each record appeared and last changed; `?1` is the action of a scan.

All times are stored in UTC and in one format: the order of texts is theirs.
"""

SELECTION = f"SELECT number, {_COLUMNS} FROM change"  # noqa: S608  # constant names


def state_of_row(text: str | None) -> FolderState | None:
    """Return the state of a `before` or `after` column."""
    return None if text is None else FolderState.parse(text)


def row_of(transaction: str, position: int, entry: HistoryEntry) -> tuple[object, ...]:
    """Return the row of an entry, in the order of `INSERTION`."""
    at = entry.at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    body = {**to_stored_json(entry), "at": at}
    return (position, transaction, *(body[key] for key in _ENTRY_KEYS))


def change_of(row: tuple[Any, ...]) -> HistoryChange:
    """Return the change of a row, in the order of `SELECTION`."""
    number, transaction, *values = row
    entry = from_stored_json(HistoryEntry, dict(zip(_ENTRY_KEYS, values, strict=True)))
    return HistoryChange(number, transaction, entry)
