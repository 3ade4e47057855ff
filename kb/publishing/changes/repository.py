"""The content, the drafts and the history, as who changes them sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import CorpusReader
from indexer.corpus.digests import KnownDigests
from indexer.corpus.originals import sha256_of
from indexer.model.ids import RecordId
from indexer.pipeline import Locations, open_corpus
from kb.publishing.changes.journal import Journal, Work
from kb.publishing.errors import NotThereError
from kb.publishing.extractions.draft_folders import Shelf
from kb.publishing.history.history import TEXT_NAMES, History, open_history
from kb.publishing.history.history_entries import Action, Entry
from kb.publishing.storage.snapshots import State, state_of

LONG_BYTES = 100_000
"""To read a text that is shorter takes no longer than to remember it."""

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Give the time, as the history tells it."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is needed to change anything. Make it by `open_holdings`."""

    locations: Locations
    history: History
    journal: Journal
    shelf: Shelf
    reader: CorpusReader
    digests: KnownDigests
    clock: Clock

    def place(self, record: RecordId) -> Path:
        """Give the folder of a record in the content.

        Raises:
            NotThereError: its id would lead elsewhere.
        """
        if not record.slug or "/" in record.slug or record.slug.startswith("."):
            raise NotThereError(record)
        return self.locations.documents / str(record)

    def state(self, record: RecordId) -> State | None:
        """Give the state of a record in the content; None when it is not there."""
        return state_of(self.place(record), self.digest)

    def digest(self, path: Path) -> str:
        """Give the SHA-256 of a file; those of originals and long texts are kept."""
        is_short = path.name in TEXT_NAMES and path.stat().st_size < LONG_BYTES
        return sha256_of(path) if is_short else self.digests(path)

    def before(self, work: Work, record: RecordId) -> State | None:
        """Give the state that a record is about to leave, and have it kept.

        What was changed by hand since the history last looked is told first.
        """
        state = self.state(record)
        work.keep(self.place(record), state)
        is_known, last = self.history.last_state(record)
        if state != last or (state is not None and not is_known):
            work.tell(
                Entry(
                    self.clock(),
                    "",
                    Action.BY_HAND if is_known else Action.FOUND,
                    record,
                    last,
                    state,
                )
            )
        return state


def open_holdings(locations: Locations, *, clock: Clock = utc_now) -> Holdings:
    """Open the content, the drafts and the history of these locations."""
    history = open_history(locations.instance)
    return Holdings(
        locations=locations,
        history=history,
        journal=Journal(locations, history),
        shelf=Shelf(locations.drafts),
        reader=open_corpus(locations),
        digests=KnownDigests(locations.digests),
        clock=clock,
    )
