"""Tells where a record went that visitors could see before, and can no longer.

Only what was done to be seen is told: that a record was withdrawn, or that there is a
draft, is nobody's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indexer.model.ids import RecordId
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A record that is gone: merged `into` another, or deleted when that is None."""

    into: RecordId | None = None


def tombstone_of(
    history: History, record: RecordId, is_there: Callable[[RecordId], bool]
) -> Tombstone | None:
    """Tell where a record went, by way of all that it was merged into.

    None when it never was, is withdrawn, or was taken away by hand.

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
        if is_there(into):
            return Tombstone(into)
        record = into
    return None
