"""Earlier states of records, from the history, and tombstones of removed records.

A state of an earlier day is shown only while nothing has withdrawn the record since:
what was withdrawn, deleted or merged may have been withdrawn because it was
confidential. For the same reason, tombstones come from public changes only: that a
record was withdrawn, or has a draft, is not revealed.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from indexer.corpus.corpus_reader import LastGood
from indexer.corpus.originals import FILES_FOLDER, Digest, sha256_of
from indexer.corpus.record_reader import ReadRecord, read_record_safely
from indexer.model.ids import RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.pipeline import Locations
from kb.publishing.errors import PublishingError
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryChange


def newest_readable(
    history: History,
    record: RecordId,
    changes: Iterable[HistoryChange],
    folder: Path,
    digest: Digest = sha256_of,
) -> tuple[HistoryChange, ReadRecord] | None:
    """Return the first of `changes` whose state has no errors, and what was read.

    `folder` is the folder of the record in the content, `digest` hashes its files.

    Raises:
        HistoryUnreadableError: the history can't be read.
        NotFoundError: a text of the state is not stored.
    """
    for change in changes:
        if change.entry.after is None:
            continue
        texts = history.texts(change.entry.after)
        read = _read_texts(texts, record, folder, digest)
        if read.record is not None:
            return change, read
    return None


def _read_texts(
    texts: Mapping[str, str], record: RecordId, folder: Path, digest: Digest
) -> ReadRecord:
    """Read texts from a temporary folder, with the files of the content."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in texts.items():
            Path(temporary, name).write_text(text, encoding="utf-8")
        files = folder / FILES_FOLDER
        if files.is_dir():
            Path(temporary, FILES_FOLDER).symlink_to(files.absolute())
        return read_record_safely(Path(temporary), record, str(folder), digest=digest)


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
    until = [change for change in changes if change.entry.at < end]
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


def state_times(history: History, record: RecordId) -> tuple[dt.datetime, ...]:
    """Return when each stored state of a published record began, the oldest first.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    changes = _since_publication(history.public_changes(record))
    return tuple(change.entry.at for change in changes)


def _since_publication(changes: Sequence[HistoryChange]) -> Sequence[HistoryChange]:
    """Return the changes after the last one that made the record absent."""
    absent = [i for i, change in enumerate(changes) if change.entry.after is None]
    return changes[absent[-1] + 1 :] if absent else changes


def _digests_of(record: Record) -> Digest:
    """Return a function that names the files that a record lists, and reads none.

    Hashing large files would make each request slow.
    """
    files = record.files if isinstance(record, Deliverable) else ()
    known = {normalize("NFC", file.name): file.sha256 for file in files}
    return lambda path: known.get(normalize("NFC", path.name), "")


MAX_CHANGES = 50
"""The most changes of one record that are searched for a state without errors."""

logger = logging.getLogger(__name__)


def last_good_states(locations: Locations, *, is_copy: bool = False) -> LastGood:
    """Return the function that reads the last good state of a record.

    It returns None for a record that never was without errors, and when the history
    can't be read. With `is_copy`, the history is a copy from another machine.
    """
    history = History(locations.instance, is_copy=is_copy)

    def last_good(record: RecordId) -> ReadRecord | None:
        try:
            changes = history.changes(record, limit=MAX_CHANGES, include_drafts=False)
            folder = locations.documents / str(record)
            found = newest_readable(history, record, changes, folder)
        except (PublishingError, OSError) as error:
            logger.warning("the history of %s can't be read: %s", record, error)
            return None
        return found[1] if found is not None else None

    return last_good


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A removed record: merged `into` another, or deleted if `into` is None."""

    into: RecordId | None = None


_DELETIONS = {HistoryAction.DELETED, HistoryAction.EXTERNAL_EDIT}


def tombstone_of(
    history: History,
    record: RecordId,
    current_id: Callable[[RecordId], RecordId | None],
) -> Tombstone | None:
    """Return the tombstone of a record, following chains of merges.

    `current_id` returns the id of a published record, that of the record that it
    became part of, or None. The result is None if `record` never existed or was
    withdrawn. A folder that somebody removed by hand is a deleted record.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    seen: set[RecordId] = set()
    while record not in seen:
        seen.add(record)
        last = history.last_public_change(record)
        if last is None or last.entry.after is not None:
            return None
        if last.entry.action in _DELETIONS:
            return Tombstone()
        into = RecordId.parse(last.entry.detail)
        if last.entry.action is not HistoryAction.MERGED or into is None:
            return None
        if (current := current_id(into)) is not None:
            return Tombstone(current)
        record = into
    return None
