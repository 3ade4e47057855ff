"""The repository: content, drafts and history, as code that changes them needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import Corpus, CorpusReader
from indexer.corpus.digests import DigestCache
from indexer.corpus.originals import sha256_of
from indexer.model.ids import RecordId
from indexer.model.problems import message
from indexer.pipeline import Locations, open_corpus
from kb.database.clock import Clock, utc_now
from kb.publishing.changes.journal import Journal
from kb.publishing.errors import (
    AlreadyExistsError,
    InvalidChangeError,
    NotFoundError,
)
from kb.publishing.extractions.draft_folders import DraftFolders
from kb.publishing.history.history import History
from kb.publishing.records.form_fields import TEXT_NAMES
from kb.publishing.storage.snapshots import FolderState, folder_state

MIN_CACHED_BYTES = 100_000
"""Hashing a shorter text is faster than looking up its digest."""


@dataclass(frozen=True, slots=True)
class Repository:
    """What every change needs; made by `open_repository`."""

    locations: Locations
    history: History
    journal: Journal
    draft_folders: DraftFolders
    reader: CorpusReader
    digests: DigestCache
    clock: Clock

    def record_folder(self, record: RecordId) -> Path:
        """Return the folder of a record in the content.

        Raises:
            NotFoundError: the id would lead outside its folder.
        """
        if not record.slug or "/" in record.slug or record.slug.startswith("."):
            raise NotFoundError(record)
        return self.locations.documents / str(record)

    def state(self, record: RecordId) -> FolderState | None:
        """Return the state of a published record, or None."""
        return folder_state(self.record_folder(record), self.digest)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a file; originals and long texts are cached."""
        is_short = path.name in TEXT_NAMES and path.stat().st_size < MIN_CACHED_BYTES
        return sha256_of(path) if is_short else self.digests(path)

    def draft_state(self, record: RecordId) -> tuple[Path, FolderState]:
        """Return the folder and the state of the draft of a record.

        Raises:
            NotFoundError: the record has no draft.
        """
        folder = self.draft_folders.find(record)
        state = folder_state(folder, self.digest) if folder is not None else None
        if folder is None or state is None:
            raise NotFoundError(record)
        return folder, state

    def is_used(self, record: RecordId, corpus: Corpus) -> bool:
        """Return whether a record or a draft has this id, or a record had it before."""
        has_draft = self.draft_folders.find(record) is not None
        has_folder = self.record_folder(record).exists()
        return has_draft or has_folder or corpus.is_used(record)

    def check_unused(self, record: RecordId) -> None:
        """Check that an id can be given to a draft.

        Raises:
            AlreadyExistsError: a record or a draft has the id.
            InvalidChangeError: it is a former id of a record.
        """
        corpus = self.reader.read()
        survivor = corpus.survivors.get(record)
        if survivor is not None:
            raise InvalidChangeError(
                message(
                    "'%(id)s' is a former id of %(target)s, and its address leads "
                    "there: choose another name",
                    id=record.slug,
                    target=survivor,
                )
            )
        if self.is_used(record, corpus):
            raise AlreadyExistsError(record)

    def timestamp(self) -> str:
        """Return the current time as draft notes and decisions store it."""
        return self.clock().isoformat(timespec="seconds")


def open_repository(locations: Locations, *, clock: Clock = utc_now) -> Repository:
    """Return the repository of these locations."""
    history = History(locations.instance)
    return Repository(
        locations=locations,
        history=history,
        journal=Journal(locations, history),
        draft_folders=DraftFolders(locations.drafts),
        reader=open_corpus(locations),
        digests=DigestCache(locations.digests),
        clock=clock,
    )
