"""The state of a published record on an earlier day, from the history.

A state is shown only while nothing has withdrawn the record since: what was withdrawn,
deleted or merged may have been withdrawn because it was confidential.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from indexer.corpus.originals import Digest
from indexer.model.ids import RecordId
from indexer.model.records import Deliverable, Record
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryChange
from kb.publishing.history.state_reader import newest_readable


@dataclass(frozen=True, slots=True)
class PastState:
    """A record as it stood at the end of a day.

    `since` is the time of the change that made this state. `is_current`: whether no
    later change is stored.
    """

    record: Record
    since: dt.datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class NoPastState:
    """Why there is no state of a day: the stored states begin later.

    `first` is the time of the first stored state, None if none is stored. With
    `is_publication`, the record became public at that time; otherwise the history began
    then, and the record may be older.
    """

    first: dt.datetime | None = None
    is_publication: bool = False


def state_on(
    history: History, record: Record, day: dt.date, folder: Path
) -> PastState | NoPastState:
    """Return the state of a published record at the end of a day, in UTC.

    `folder` is the folder of the record in the content. Files of the past state are
    left out unless the record still lists the same files.

    Raises:
        HistoryUnreadableError: the history can't be read.
        NotFoundError: a text of the state is not stored.
    """
    changes = _since_publication(history.public_changes(record.id))
    if not changes:
        return NoPastState()
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    until = [each for each in changes if each.entry.at < end]
    digest = _digests_of(record)
    found = newest_readable(history, record.id, reversed(until), folder, digest)
    if found is not None and (past := found[1].record) is not None:
        change = found[0]
        return PastState(past, change.entry.at, is_current=change is changes[-1])
    first = changes[0].entry
    is_publication = first.action is not HistoryAction.FIRST_SEEN
    return NoPastState(first.at, is_publication)


def has_state(history: History, record: RecordId) -> bool:
    """Return whether the present state of a record is stored.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    last = history.last_public_change(record)
    return last is not None and last.entry.after is not None


def _since_publication(changes: Sequence[HistoryChange]) -> Sequence[HistoryChange]:
    """Return the changes after the last one that made the record absent."""
    absent = [i for i, each in enumerate(changes) if each.entry.after is None]
    return changes[absent[-1] + 1 :] if absent else changes


def _digests_of(record: Record) -> Digest:
    """Return a function that names the files that a record lists, and reads none.

    Hashing large files would make each request slow.
    """
    files = record.files if isinstance(record, Deliverable) else ()
    known = {normalize("NFC", each.name): each.sha256 for each in files}
    return lambda path: known.get(normalize("NFC", path.name), "")
