"""The repository, and the transactions that change its records.

The repository has the content, the drafts and the history. A transaction logs each
change, and edits the links to a record.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import DigestCache, sha256_of
from indexer.corpus.record_reader import RECORD_FILE, TEXT_NAMES
from indexer.model.ids import RecordId
from indexer.model.problems import message
from indexer.model.records import QuotingRecord
from indexer.pipeline import Locations, open_corpus
from kb.database.clock import Clock, utc_now
from kb.publishing.changes.content_reader import ContentReader, NotedChanges
from kb.publishing.changes.journal import Contents, Journal, Transaction
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.extractions.draft_folders import DraftFolders
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.history.revisions import Revisions
from kb.publishing.records.form_values import FormValue, FormValues, write_values
from kb.publishing.records.record_links import with_links_back, without_links
from kb.publishing.storage.folders import (
    Content,
    Copied,
    FolderState,
    Linked,
    folder_files,
    folder_state,
)

MIN_CACHED_BYTES = 100_000
"""Hashing a shorter text is faster than looking up its digest."""


@dataclass(frozen=True, slots=True)
class Repository:
    """What every change needs; made by `open_repository`."""

    locations: Locations
    history: History
    revisions: Revisions
    journal: Journal
    draft_folders: DraftFolders
    reader: ContentReader
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

    def texts(self, record: RecordId) -> dict[str, str]:
        """Return the texts of the draft of a record; without one, the published."""
        return texts_in(self.draft_folders.find(record) or self.record_folder(record))

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


def open_repository(
    locations: Locations,
    *,
    clock: Clock = utc_now,
    reader: ContentReader | None = None,
) -> Repository:
    """Return the repository of these locations.

    Without `reader`, it reads the content by itself.
    """
    history = History(locations.instance)
    return Repository(
        locations=locations,
        history=history,
        revisions=Revisions(locations.instance),
        journal=Journal(locations, history),
        draft_folders=DraftFolders(locations.drafts),
        reader=reader or open_corpus(locations),
        digests=DigestCache(locations.digests),
        clock=clock,
    )


_REMOVALS = {HistoryAction.DELETED, HistoryAction.WITHDRAWN}


@contextmanager
def record_transaction(
    repository: Repository, actor: str
) -> "Iterator[RecordTransaction]":
    """Open a transaction of `actor` under the lock, and commit it after the block.

    Nothing is changed if the block raises an error. The other errors are those of
    `Journal.lock`.
    """
    reader = repository.reader
    noted = reader if isinstance(reader, NotedChanges) else None
    with repository.journal.lock():
        if noted is not None:
            noted.begin_change()
        transaction = RecordTransaction(repository, actor)
        yield transaction
        transaction.commit()
        if noted is not None:
            noted.end_change(transaction.changed_records)
        if transaction.removes_draft:
            repository.draft_folders.delete_empty()


class RecordTransaction(Transaction):
    """Changes of records by one actor, each with its entry in the history."""

    def __init__(self, repository: Repository, actor: str) -> None:
        super().__init__(repository.journal, secrets.token_hex(8))
        self.repository = repository
        self.actor = actor
        self.removes_draft = False

    @property
    def changed_records(self) -> list[RecordId]:
        """The records of the content that the transaction changes."""
        targets = (step.target for step in self.steps)
        root = self.repository.locations.documents
        ids = (
            RecordId.parse(target.relative_to(root).as_posix())
            for target in targets
            if target.is_relative_to(root)
        )
        return [record for record in ids if record is not None]

    def capture_state(self, record: RecordId) -> FolderState | None:
        """Store the state of a record in the history, before it is changed.

        An external edit since the last entry is logged first.
        """
        repository = self.repository
        state = repository.state(record)
        self.store_state(repository.record_folder(record), state)
        change = repository.history.last_public_change(record)
        last = change.entry.after if change is not None else None
        if state != last:
            action = (
                HistoryAction.FIRST_SEEN
                if change is None
                else HistoryAction.EXTERNAL_EDIT
            )
            self.entries.append(
                HistoryEntry(repository.clock(), "", action, record, last, state)
            )
        return state

    def capture_published(self, record: RecordId) -> FolderState:
        """Store the state of a published record in the history.

        Raises:
            NotFoundError: the record is not published.
        """
        state = self.capture_state(record)
        if state is None:
            raise NotFoundError(record)
        return state

    def log(  # the columns of an entry
        self,
        action: HistoryAction,
        record: RecordId,
        before: FolderState | None,
        after: FolderState | None,
        detail: str = "",
        *,
        is_draft: bool = False,
    ) -> None:
        """Add an entry to the history, after the commit."""
        now = self.repository.clock()
        self.entries.append(
            HistoryEntry(
                now, self.actor, action, record, before, after, detail, is_draft
            )
        )

    def put_record(
        self,
        record: RecordId,
        contents: Contents,
        action: HistoryAction,
        detail: str = "",
        *,
        digests: Mapping[str, str] | None = None,
    ) -> None:
        """Replace a record of the content, and log the change."""
        before = self.capture_state(record)
        folder = self.repository.record_folder(record)
        after = self.put(folder, contents, digests=digests)
        self.store_state(self.steps[-1].staged, after)
        self.log(action, record, before, after, detail)

    def remove_draft(self, folder: Path) -> None:
        """Remove the folder of a draft, and its bundle if that becomes empty."""
        self.remove_folder(folder)
        self.removes_draft = True

    def remove_links(self, *targets: RecordId) -> None:
        """Remove the links to records from all other records."""
        for record in linking_records(self.repository, targets):
            if record not in targets:
                texts = texts_in(self.repository.record_folder(record))
                self._put_texts(record, texts, _unlinked(record, texts, targets))

    def restore_links(self, earlier: str, *restored: RecordId) -> None:
        """Restore the links to records that the transaction `earlier` removed.

        Links to other records which that transaction removed are not restored: they
        come back with these. Records that no longer exist are skipped.
        """
        history = self.repository.history
        entries = [change.entry for change in history.of_transaction(earlier)]
        absent = _removed_records(entries) - {*restored}
        for entry in entries:
            record = entry.record
            texts = texts_in(self.repository.record_folder(record))
            # A record that was deleted with these, and restored before them.
            is_restored = entry.action is HistoryAction.DELETED and record in absent
            if not texts or not (
                is_restored or entry.action is HistoryAction.LINKS_CHANGED
            ):
                continue
            is_unchanged = self.repository.state(record) == entry.after
            if entry.before and is_unchanged and not absent:
                contents = history.contents(entry.before)
                self.put_record(record, contents, HistoryAction.LINKS_CHANGED)
                continue
            before = _unlinked(record, history.texts(entry.before), absent)
            after = _unlinked(record, before, restored)
            if not is_restored:
                after = history.texts(entry.after)
            linked = with_links_back(record.kind, texts, before, after)
            self._put_texts(record, texts, linked)

    def links_to_absent(
        self, earlier: str, restored: Collection[RecordId]
    ) -> set[RecordId]:
        """Return the records that left with `restored` and that are still absent."""
        changes = self.repository.history.of_transaction(earlier)
        removed = _removed_records(change.entry for change in changes) - {*restored}
        repository = self.repository
        return {
            record
            for record in removed
            if not repository.record_folder(record).exists()
        }

    def _put_texts(
        self, record: RecordId, before: Mapping[str, str], after: Mapping[str, str]
    ) -> None:
        changed = {
            name: text.encode()
            for name, text in after.items()
            if before.get(name) != text
        }
        if changed:
            contents = linked_contents(self.repository.record_folder(record))
            self.put_record(record, contents | changed, HistoryAction.LINKS_CHANGED)


def linking_records(
    repository: Repository, targets: Collection[RecordId]
) -> list[RecordId]:
    """Return the published records that link to a target or quote it, sorted."""
    corpus = repository.reader.read()
    linking = {
        link.target for target in targets for link in corpus.backlinks.get(target, ())
    }
    linking |= {
        record.id
        for record in corpus.records.values()
        if isinstance(record, QuotingRecord)
        and any(quotation.deliverable in targets for quotation in record.quotations)
    }
    return sorted(linking)


def _unlinked(
    record: RecordId, texts: dict[str, str], targets: Iterable[RecordId]
) -> dict[str, str]:
    """Return the texts of a record without its links to some records."""
    for target in targets:
        texts = without_links(record.kind, texts, target)
    return texts


def _removed_records(entries: Iterable[HistoryEntry]) -> set[RecordId]:
    return {entry.record for entry in entries if entry.action in _REMOVALS}


def texts_in(folder: Path) -> dict[str, str]:
    """Read the texts of a record folder; invalid UTF-8 is replaced."""
    return {
        name: (folder / name).read_bytes().decode("utf-8-sig", "replace")
        for name in TEXT_NAMES
        if (folder / name).is_file()
    }


def record_file_with(
    repository: Repository,
    record: RecordId,
    folder: Path,
    facts: Mapping[str, FormValue],
) -> bytes:
    """Return the `record.yaml` of a folder with other facts, and updated today."""
    text = texts_in(folder).get(RECORD_FILE, "")
    values = FormValues({**facts, "updated": str(repository.clock().date())})
    return write_values(record.kind, values, {RECORD_FILE: text})[RECORD_FILE].encode()


def copied_contents(folder: Path) -> dict[str, Content]:
    """Return the files of a folder as copies, for a folder of other permissions."""
    return {name: Copied(folder / name) for name in _file_names(folder)}


def linked_contents(folder: Path) -> dict[str, Content]:
    """Return the files of a folder as hard links, for the folder that replaces it."""
    return {name: Linked(folder / name) for name in _file_names(folder)}


def _file_names(folder: Path) -> list[str]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [name for name, _ in folder_files(folder)]
