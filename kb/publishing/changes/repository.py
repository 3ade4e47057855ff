"""The content, the drafts and the history, as who changes them sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import CorpusReader
from indexer.corpus.digests import DigestCache
from indexer.corpus.originals import sha256_of
from indexer.model.ids import RecordId
from indexer.pipeline import Locations, open_corpus
from kb.publishing.changes.journal import Journal, Transaction
from kb.publishing.errors import NotThereError
from kb.publishing.extractions.draft_folders import DraftFolders
from kb.publishing.history.history import TEXT_NAMES, History, open_history
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.snapshots import FolderState, folder_state

LONG_BYTES = 100_000
"""To read a text that is shorter takes no longer than to remember it."""

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Give the time, as the history tells it."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Repository:
    """What is needed to change anything. Make it by `open_repository`."""

    locations: Locations
    history: History
    journal: Journal
    draft_folders: DraftFolders
    reader: CorpusReader
    digests: DigestCache
    clock: Clock

    def place(self, record: RecordId) -> Path:
        """Give the folder of a record in the content.

        Raises:
            NotThereError: its id would lead elsewhere.
        """
        if not record.slug or "/" in record.slug or record.slug.startswith("."):
            raise NotThereError(record)
        return self.locations.documents / str(record)

    def state(self, record: RecordId) -> FolderState | None:
        """Give the state of a record in the content; None when it is not there."""
        return folder_state(self.place(record), self.digest)

    def digest(self, path: Path) -> str:
        """Give the SHA-256 of a file; those of originals and long texts are kept."""
        is_short = path.name in TEXT_NAMES and path.stat().st_size < LONG_BYTES
        return sha256_of(path) if is_short else self.digests(path)

    def before(self, transaction: Transaction, record: RecordId) -> FolderState | None:
        """Give the state that a record is about to leave, and have it kept.

        What was changed by hand since the history last looked is told first.
        """
        state = self.state(record)
        transaction.keep(self.place(record), state)
        is_known, last = self.history.last_state(record)
        if state != last or (state is not None and not is_known):
            transaction.log(
                HistoryEntry(
                    self.clock(),
                    "",
                    HistoryAction.BY_HAND if is_known else HistoryAction.FOUND,
                    record,
                    last,
                    state,
                )
            )
        return state


def open_repository(locations: Locations, *, clock: Clock = utc_now) -> Repository:
    """Open the content, the drafts and the history of these locations."""
    history = open_history(locations.instance)
    return Repository(
        locations=locations,
        history=history,
        journal=Journal(locations, history),
        draft_folders=DraftFolders(locations.drafts),
        reader=open_corpus(locations),
        digests=DigestCache(locations.digests),
        clock=clock,
    )
