"""The trash: deletes and restores records, and merges two records."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import RecordId
from indexer.model.problems import message
from kb.publishing.changes.record_changes import (
    RecordTransaction,
    linked_contents,
    record_transaction,
    texts_in,
)
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.records.record_links import redirected, united, without_links
from kb.publishing.storage.folder_swap import Content, Copied, Linked
from kb.publishing.storage.json_fields import load_json, to_stored_json
from kb.publishing.storage.names import unique_name
from kb.publishing.storage.retention import Retention
from kb.publishing.storage.snapshots import FolderState

RETENTION_DAYS = 90
"""Deleted records are restorable for this time; then only the history has them."""

NOTES_NAME = "deleted.json"
DAYS_NAME = ".days.json"
_FILES = f"{FILES_FOLDER}/"


@dataclass(frozen=True, slots=True)
class TrashedRecord:
    """A deleted record, and the name of the transaction that deleted it."""

    transaction: str
    record: RecordId
    title: str
    actor: str
    at: dt.datetime
    merged_into: RecordId | None = None

    def contents(self) -> bytes:
        """Return the metadata of a deleted record as JSON."""
        body = {
            **to_stored_json(self),
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "merged_into": str(self.merged_into or ""),
        }
        del body["transaction"]
        return json.dumps(body, ensure_ascii=False).encode()


class Trash:
    """The deleted records of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @property
    def folder(self) -> Path:
        """The folder of deleted records."""
        return self._repository.locations.instance / "trash"

    def record_folder(self, trashed: TrashedRecord) -> Path:
        """Return the folder of a deleted record."""
        return self.folder / trashed.transaction / str(trashed.record)

    def all(self) -> tuple[TrashedRecord, ...]:
        """Return the deleted records, the newest first."""
        records = []
        for path in self.folder.glob(f"*/{NOTES_NAME}"):
            name = path.parent.name
            with suppress(NotFoundError):
                records.append(load_json(TrashedRecord, path, name, transaction=name))
        return tuple(sorted(records, key=lambda each: each.at, reverse=True))

    def delete(self, record: RecordId, *, actor: str) -> str:
        """Move a record to the trash, and remove links to it; return the transaction.

        Raises:
            NotFoundError: the record is not published.
        """
        with record_transaction(self._repository, actor) as transaction:
            self._move_to_trash(transaction, record, actor)
            transaction.remove_links(record)
        return transaction.name

    def _move_to_trash(
        self,
        transaction: RecordTransaction,
        record: RecordId,
        actor: str,
        merged_into: RecordId | None = None,
    ) -> None:
        repository = self._repository
        before = transaction.capture_published(record)
        folder = repository.record_folder(record)
        titles = read_values(record.kind, texts_in(folder)).titles
        title = next(iter(titles.values()), record.slug)
        trashed = TrashedRecord(
            transaction.name, record, title, actor, repository.clock(), merged_into
        )
        contents: dict[str, Content] = {
            f"{record}/{name}": Copied(folder / name) for name, _ in before.files
        }
        contents[NOTES_NAME] = trashed.contents()
        transaction.put(self.folder / transaction.name, contents)
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
            deleted = (each for each in self.all() if each.transaction == name)
            trashed = next(deleted, None)
            if trashed is None:
                raise NotFoundError(name)
            record = trashed.record
            if self._repository.record_folder(record).exists():
                raise AlreadyExistsError(record)
            contents = linked_contents(self.record_folder(trashed))
            transaction.put_record(record, contents, HistoryAction.RESTORED)
            transaction.restore_links(name)
            transaction.remove_folder(self.folder / name)
        return record

    def purge(self) -> tuple[TrashedRecord, ...]:
        """Delete records older than `RETENTION_DAYS`; the history still has them."""
        with record_transaction(self._repository, "") as transaction:
            records = self.all()
            expired = Retention(self.folder / DAYS_NAME, days=RETENTION_DAYS).expired(
                {each.transaction: each.at for each in records},
                self._repository.clock(),
            )
            old = tuple(each for each in records if each.transaction in expired)
            for each in old:
                transaction.remove_folder(self.folder / each.transaction)
        return old

    def merge(self, record: RecordId, duplicate: RecordId, *, actor: str) -> str:
        """Move the links of a duplicate to a record, and the duplicate to the trash.

        The record gets the links, sources, quotations and originals that only the
        duplicate has; its texts are unchanged. Return the name of the transaction.

        Raises:
            NotFoundError: one of them is not published.
            InvalidChangeError: they are of two kinds, or the same record.
        """
        if record.kind is not duplicate.kind or record == duplicate:
            raise InvalidChangeError(
                message("only two different records of the same kind can be merged")
            )
        with record_transaction(self._repository, actor) as transaction:
            self._move_to_trash(transaction, duplicate, actor, record)
            files = self._unite(transaction, record, duplicate)

            def redirect(linking: RecordId, texts: dict[str, str]) -> dict[str, str]:
                return redirected(linking.kind, texts, duplicate, record, files)

            transaction.change_links(duplicate, redirect, except_record=record)
        return transaction.name

    def _unite(
        self, transaction: RecordTransaction, record: RecordId, duplicate: RecordId
    ) -> Mapping[str, str]:
        """Add to a record what only the duplicate has; return the new file names."""
        kind, repository = record.kind, self._repository
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
                new = unique_name(name, lambda each: f"{_FILES}{each}" in contents)
                added.append({**item, "name": new})
            file = duplicate_folder / FILES_FOLDER / name
            if file.is_file():
                moved[name] = new
                contents.setdefault(f"{_FILES}{new}", Linked(file))
        other = write_values(kind, FormValues({"files": tuple(added)}), other)
        texts = redirected(kind, texts, duplicate, record, moved)
        texts = united(kind, without_links(kind, texts, record), other, record)
        contents |= {name: text.encode() for name, text in texts.items()}
        transaction.put_record(record, contents, HistoryAction.LINKS_CHANGED)
        return moved
