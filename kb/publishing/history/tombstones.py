"""Tombstones: where a record went that visitors could see before.

Only public changes count: that a record was withdrawn, or has a draft, is not revealed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indexer.model.ids import RecordId
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A removed record: merged `into` another, or deleted if `into` is None."""

    into: RecordId | None = None


def tombstone_of(
    history: History,
    record: RecordId,
    current_id: Callable[[RecordId], RecordId | None],
) -> Tombstone | None:
    """Return the tombstone of a record, following chains of merges.

    `current_id` returns the id of a published record, that of the record that it
    became part of, or None. The result is None if `record` never
    existed, was withdrawn, or was removed by an external edit.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    seen: set[RecordId] = set()
    while record not in seen:
        seen.add(record)
        last = history.last_public_change(record)
        if last is None or last.entry.after is not None:
            return None
        if last.entry.action is HistoryAction.DELETED:
            return Tombstone()
        into = RecordId.parse(last.entry.detail)
        if last.entry.action is not HistoryAction.MERGED or into is None:
            return None
        if (current := current_id(into)) is not None:
            return Tombstone(current)
        record = into
    return None
