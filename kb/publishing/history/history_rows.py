"""The tables of the history, and the conversion of entries to rows and back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kb.publishing.history.history_entries import (
    HistoryAction,
    HistoryChange,
    HistoryEntry,
    record_id_of,
)
from kb.publishing.storage.snapshots import FolderState

SCHEMA = """
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
"""

INSERTION = (
    "INSERT OR IGNORE INTO change (work, position, at, who, action, record, is_draft,"
    " before, after, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SELECTION = (
    "SELECT number, work, at, who, action, record, is_draft, before, after, detail"
    " FROM change"
)


def state_of_row(text: str | None) -> FolderState | None:
    """Return the state of a `before` or `after` column."""
    return None if text is None else FolderState.parse(text)


def row_of(transaction: str, position: int, entry: HistoryEntry) -> tuple[object, ...]:
    """Return the row of an entry, in the order of `INSERTION`."""
    return (
        transaction,
        position,
        entry.at.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
        entry.actor,
        entry.action.value,
        str(entry.record),
        entry.is_draft,
        entry.before.text if entry.before is not None else None,
        entry.after.text if entry.after is not None else None,
        entry.detail,
    )


def change_of(row: tuple[Any, ...]) -> HistoryChange:
    """Return the change of a row, in the order of `SELECTION`."""
    number, transaction, at, actor, action, record, is_draft, before, after, detail = (
        row
    )
    entry = HistoryEntry(
        at=dt.datetime.fromisoformat(at),
        actor=actor,
        action=HistoryAction(action),
        record=record_id_of(record),
        before=state_of_row(before),
        after=state_of_row(after),
        detail=detail,
        is_draft=bool(is_draft),
    )
    return HistoryChange(number, transaction, entry)
