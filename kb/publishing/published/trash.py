"""The trash: deletes and restores records, restores drafts, and merges two records."""

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import RecordId
from indexer.model.problems import message
from kb.publishing.changes.journal import Contents
from kb.publishing.changes.repository import (
    RecordTransaction,
    Repository,
    linked_contents,
    linking_records,
    record_transaction,
    texts_in,
)
from kb.publishing.changes.trashed_records import (
    NOTES_NAME,
    TrashedRecord,
    copy_to_trash,
    trash_folder,
)
from kb.publishing.drafts.draft import DraftNotes, read_notes, with_id
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.records.record_links import redirected, united, without_links
from kb.publishing.storage.folders import FolderState, Linked, is_expired, write_content
from kb.publishing.storage.json_fields import load_json
from kb.publishing.storage.names import unique_name, unique_slug

_FILES = f"{FILES_FOLDER}/"


def merged_contents(
    repository: Repository, record: RecordId, duplicate: RecordId
) -> dict[RecordId, Contents]:
    """Return the new files of each record that the merge of a duplicate changes.

    The record that stays comes first. It gets the links, sources, quotations, former
    ids and originals that only the duplicate has. The links of other records to the
    duplicate lead to it.

    Raises:
        NotFoundError: the record that stays is not published.
    """
    united_contents, files = _united(repository, record, duplicate)
    changed = {record: united_contents}
    for linking in linking_records(repository, [duplicate]):
        if linking in {record, duplicate}:
            continue
        folder = repository.record_folder(linking)
        texts = texts_in(folder)
        new = redirected(linking.kind, texts, duplicate, record, files)
        if new != texts:
            encoded = {name: text.encode() for name, text in new.items()}
            changed[linking] = linked_contents(folder) | {
                name: each
                for name, each in encoded.items()
                if new[name] != texts.get(name)
            }
    return changed


def merge_preview(
    repository: Repository, record: RecordId, duplicate: RecordId
) -> Corpus:
    """Return the content as if a duplicate were merged into a record.

    The changed records are written into a folder that is deleted afterwards.

    Raises:
        NotFoundError: the record that stays is not published.
    """
    instance = repository.locations.instance
    with tempfile.TemporaryDirectory(dir=instance) as temporary:
        folders: dict[RecordId, Path] = {}
        changed = merged_contents(repository, record, duplicate)
        for merged, contents in changed.items():
            folders[merged] = Path(temporary) / str(merged)
            for name, content in contents.items():
                write_content(folders[merged] / name, content)
        reader = repository.reader
        return reader.read_overlay(folders, reader.read()).without([duplicate])


def _united(
    repository: Repository, record: RecordId, duplicate: RecordId
) -> tuple[Contents, Mapping[str, str]]:
    """Return the files of a record with what only the duplicate has.

    Also return the new names of the originals of the duplicate, by their old names.
    """
    kind = record.kind
    folder = repository.record_folder(record)
    texts, contents = texts_in(folder), linked_contents(folder)
    if not texts:
        raise NotFoundError(record)
    duplicate_folder = repository.record_folder(duplicate)
    other = texts_in(duplicate_folder)
    state = repository.state(record) or FolderState(())
    own_names = {sha: name.removeprefix(_FILES) for name, sha in state.files}
    moved: dict[str, str] = {}
    added: list[ItemValues] = []
    for item in read_values(kind, other).items("files"):
        name = item.get("name", "")
        new = own_names.get(item.get("sha256", ""))
        if new is None:
            new = unique_name(name, lambda other: f"{_FILES}{other}" in contents)
            added.append({**item, "name": new})
        file = duplicate_folder / FILES_FOLDER / name
        if file.is_file():
            moved[name] = new
            contents.setdefault(f"{_FILES}{new}", Linked(file))
    other = write_values(kind, FormValues({"files": tuple(added)}), other)
    texts = redirected(kind, texts, duplicate, record, moved)
    texts = united(kind, without_links(kind, texts, record), other, record)
    return contents | {name: text.encode() for name, text in texts.items()}, moved


RETENTION_DAYS = 90
"""Deleted records are restorable for this time; then only the history has them."""


class Trash:
    """The deleted records of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @property
    def folder(self) -> Path:
        """The folder of deleted records and drafts."""
        return trash_folder(self._repository)

    def record_folder(self, trashed: TrashedRecord) -> Path:
        """Return the folder of a deleted record."""
        return self.folder / trashed.transaction / str(trashed.record)

    def all(self) -> tuple[TrashedRecord, ...]:
        """Return the deleted records and drafts, the newest first.

        Raises:
            NewerFormatError: a later version of this program deleted a record.
        """
        records = []
        for path in self.folder.glob(f"*/{NOTES_NAME}"):
            name = path.parent.name
            with suppress(NotFoundError):
                records.append(load_json(TrashedRecord, path, name, transaction=name))
        return tuple(sorted(records, key=lambda record: record.at, reverse=True))

    def delete(self, record: RecordId, *, actor: str) -> str:
        """Move a record to the trash, and remove links to it; return the transaction.

        Raises:
            NotFoundError: the record is not published.
        """
        with record_transaction(self._repository, actor) as transaction:
            self.put_record(transaction, record)
            transaction.remove_links(record)
        return transaction.name

    def put_record(
        self,
        transaction: RecordTransaction,
        record: RecordId,
        merged_into: RecordId | None = None,
    ) -> None:
        """Move a record to the trash within a transaction; links to it stay.

        Raises:
            NotFoundError: the record is not published.
        """
        repository = self._repository
        before = transaction.capture_published(record)
        folder = repository.record_folder(record)
        copy_to_trash(transaction, record, folder, before, merged_into=merged_into)
        transaction.remove_folder(folder)
        action = HistoryAction.DELETED if merged_into is None else HistoryAction.MERGED
        transaction.log(action, record, before, None, str(merged_into or ""))

    def restore(self, name: str, *, actor: str) -> RecordId:
        """Restore a deleted record, and the links of other records to it.

        Raises:
            NotFoundError: the record is not in the trash any more.
            AlreadyExistsError: another record has its id.
        """
        with record_transaction(self._repository, actor) as transaction:
            trashed = self._find(name, is_draft=False)
            self._restore(transaction, trashed.batch, [trashed])
        return trashed.record

    def restore_batch(self, batch: str, *, actor: str) -> tuple[RecordId, ...]:
        """Restore all that a transaction deleted and that is still in the trash.

        Return the ids of the records or drafts.

        Raises:
            NotFoundError: nothing of it is in the trash any more.
            AlreadyExistsError: another record has an id; nothing is restored.
            InvalidChangeError: a published record has another draft now; nothing is
                restored.
        """
        with record_transaction(self._repository, actor) as transaction:
            deleted = self.of_batch(batch)
            if not deleted:
                raise NotFoundError(batch)
            records = [trashed for trashed in deleted if not trashed.is_draft]
            if records:
                self._restore(transaction, batch, records)
            drafts = [
                self._restore_draft(transaction, trashed)
                for trashed in deleted
                if trashed.is_draft
            ]
        return (*(trashed.record for trashed in records), *drafts)

    def of_batch(self, batch: str) -> list[TrashedRecord]:
        """Return the records and drafts that a transaction deleted, by their names."""
        deleted = [trashed for trashed in self.all() if trashed.batch == batch]
        return sorted(deleted, key=lambda trashed: str(trashed.record))

    def _restore(
        self,
        transaction: RecordTransaction,
        batch: str,
        deleted: Sequence[TrashedRecord],
    ) -> None:
        """Restore records of one batch; links among those still deleted wait."""
        records = [trashed.record for trashed in deleted]
        absent = transaction.links_to_absent(batch, records)
        for trashed in deleted:
            record = trashed.record
            if self._repository.record_folder(record).exists():
                raise AlreadyExistsError(record)
            folder = self.record_folder(trashed)
            contents, texts = linked_contents(folder), texts_in(folder)
            for target in absent:
                texts = without_links(record.kind, texts, target)
            if absent:
                contents |= {name: text.encode() for name, text in texts.items()}
            transaction.put_record(record, contents, HistoryAction.RESTORED)
            transaction.remove_folder(self.folder / trashed.transaction)
        transaction.restore_links(batch, *records)

    def restore_draft(self, name: str, *, actor: str) -> RecordId:
        """Restore a discarded draft, and return its id.

        A draft that was never published gets another id if its own is used now.

        Raises:
            NotFoundError: the draft is not in the trash any more.
            InvalidChangeError: the published record has another draft now.
        """
        with record_transaction(self._repository, actor) as transaction:
            trashed = self._find(name, is_draft=True)
            return self._restore_draft(transaction, trashed)

    def _restore_draft(
        self, transaction: RecordTransaction, trashed: TrashedRecord
    ) -> RecordId:
        deleted = self.folder / trashed.transaction
        notes = read_notes(deleted)
        contents = linked_contents(self.record_folder(trashed))
        record = self._unused_id(trashed.record, notes)
        if record != trashed.record:
            texts = texts_in(self.record_folder(trashed))
            contents[RECORD_FILE] = with_id(texts, record.slug)
            notes = dataclasses.replace(notes, withdrawn_by="")
            self._repository.revisions.copy(trashed.record, record)
        folder = self._repository.draft_folders.folder_for(record)
        state = transaction.put(folder, contents, notes=notes.contents())
        transaction.store_state(transaction.steps[-1].staged, state)
        transaction.remove_folder(deleted)
        former = str(trashed.record) if record != trashed.record else ""
        transaction.log(
            HistoryAction.RESTORED, record, None, state, former, is_draft=True
        )
        return record

    def _find(self, name: str, *, is_draft: bool) -> TrashedRecord:
        for trashed in self.all():
            if trashed.transaction == name and trashed.is_draft is is_draft:
                return trashed
        raise NotFoundError(name)

    def _unused_id(self, record: RecordId, notes: DraftNotes) -> RecordId:
        """Return the id under which a draft is restored."""
        repository = self._repository
        if notes.published is None:
            corpus = repository.reader.read()
            slug = unique_slug(
                record.slug,
                lambda slug: repository.is_used(RecordId(record.kind, slug), corpus),
            )
            return RecordId(record.kind, slug)
        if repository.draft_folders.find(record) is not None:
            raise InvalidChangeError(
                message(
                    "%(record)s has another draft now: publish or delete that one "
                    "first",
                    record=record,
                )
            )
        return record

    def purge(self) -> tuple[TrashedRecord, ...]:
        """Delete records older than `RETENTION_DAYS`; the history still has them."""
        now, old = self._repository.clock(), []
        with record_transaction(self._repository, "") as transaction:
            for trashed in self.all():
                folder = self.folder / trashed.transaction
                if is_expired(folder, trashed.at, now, days=RETENTION_DAYS):
                    transaction.remove_folder(folder)
                    old.append(trashed)
        return tuple(old)

    def merge(self, record: RecordId, duplicate: RecordId, *, actor: str) -> str:
        """Move the links of a duplicate to a record, and the duplicate to the trash.

        The record gets the links, sources, quotations, former ids and originals that
        only the duplicate has; its texts are unchanged. Return the name of the
        transaction.

        Raises:
            NotFoundError: one of them is not published.
            InvalidChangeError: they are of two kinds, or the same record.
        """
        if record.kind is not duplicate.kind or record == duplicate:
            raise InvalidChangeError(
                message("only two different records of the same kind can be merged")
            )
        with record_transaction(self._repository, actor) as transaction:
            self.put_record(transaction, duplicate, record)
            merged = merged_contents(self._repository, record, duplicate)
            for changed, contents in merged.items():
                transaction.put_record(changed, contents, HistoryAction.LINKS_CHANGED)
        return transaction.name
