"""The trash: deletes and restores records, and merges two records."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import message
from kb.publishing.changes.journal import Transaction
from kb.publishing.changes.record_changes import (
    HistoryNote,
    change_links,
    linked_contents,
    put_record,
    remove_links,
    restore_links,
    texts_in,
)
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.records.record_links import redirected, united, without_links
from kb.publishing.storage.folder_swap import Content, Copied, Linked
from kb.publishing.storage.json_fields import load_json, to_json
from kb.publishing.storage.names import unique_name
from kb.publishing.storage.snapshots import FolderState

KEPT_DAYS = 90
"""Deleted records are restorable for this time; then only the history has them."""

NOTES_NAME = "deleted.json"


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
            **to_json(self),
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
        repository = self._repository
        with repository.journal.transaction() as transaction:
            self._move_to_trash(transaction, record, actor)
            remove_links(repository, transaction, record, actor)
            transaction.commit()
        return transaction.name

    def _move_to_trash(
        self,
        transaction: Transaction,
        record: RecordId,
        actor: str,
        *,
        merged_into: RecordId | None = None,
    ) -> None:
        repository = self._repository
        before = repository.capture_state(transaction, record)
        folder = repository.record_folder(record)
        if before is None:
            raise NotFoundError(record)
        title = trashed_title(record.kind, texts_in(folder)) or record.slug
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
        detail = str(merged_into) if merged_into is not None else ""
        transaction.log(
            HistoryEntry(
                repository.clock(), actor, action, record, before, None, detail=detail
            )
        )

    def restore(self, name: str, *, actor: str) -> RecordId:
        """Restore a deleted record, and the links of other records to it.

        Raises:
            NotFoundError: the record is not in the trash any more.
            AlreadyExistsError: another record has its id.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            deleted = (each for each in self.all() if each.transaction == name)
            trashed = next(deleted, None)
            if trashed is None:
                raise NotFoundError(name)
            record = trashed.record
            if repository.record_folder(record).exists():
                raise AlreadyExistsError(record)
            contents = linked_contents(self.record_folder(trashed))
            put_record(
                repository,
                transaction,
                record,
                contents,
                HistoryNote(HistoryAction.RESTORED, actor),
            )
            restore_links(repository, transaction, name, actor)
            transaction.remove_folder(self.folder / name)
            transaction.commit()
        return record

    def purge(self) -> tuple[TrashedRecord, ...]:
        """Delete records older than `KEPT_DAYS`; the history still has them."""
        repository = self._repository
        limit = repository.clock() - dt.timedelta(days=KEPT_DAYS)
        with repository.journal.transaction() as transaction:
            old = tuple(each for each in self.all() if each.at < limit)
            for each in old:
                transaction.remove_folder(self.folder / each.transaction)
            if old:
                transaction.commit()
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
        repository = self._repository
        with repository.journal.transaction() as transaction:
            self._move_to_trash(transaction, duplicate, actor, merged_into=record)
            files = self._unite(transaction, record, duplicate, actor)

            def redirect(linking: RecordId, texts: dict[str, str]) -> dict[str, str]:
                return redirected(linking.kind, texts, duplicate, record, files)

            change_links(
                repository,
                transaction,
                duplicate,
                redirect,
                actor,
                except_record=record,
            )
            transaction.commit()
        return transaction.name

    def _unite(
        self,
        transaction: Transaction,
        record: RecordId,
        duplicate: RecordId,
        actor: str,
    ) -> Mapping[str, str]:
        """Add to a record what only the duplicate has; return the new file names."""
        repository = self._repository
        folder = repository.record_folder(record)
        duplicate_files = repository.record_folder(duplicate) / FILES_FOLDER
        texts = texts_in(folder)
        if not texts:
            raise NotFoundError(record)
        contents = linked_contents(folder)
        other, moved = self._with_files(record, duplicate, contents)
        for name, file in moved.items():
            contents.setdefault(
                f"{FILES_FOLDER}/{file}", Linked(duplicate_files / name)
            )
        kind = record.kind
        texts = redirected(kind, texts, duplicate, record, moved)
        texts = without_links(kind, texts, record)
        texts = united(kind, texts, other, record)
        contents |= {name: text.encode() for name, text in texts.items()}
        put_record(
            repository,
            transaction,
            record,
            contents,
            HistoryNote(HistoryAction.LINKS_CHANGED, actor),
        )
        return moved

    def _with_files(
        self, record: RecordId, duplicate: RecordId, contents: Mapping[str, Content]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts of a duplicate with renamed files, and the new names."""
        texts = texts_in(self._repository.record_folder(duplicate))
        state = self._repository.state(record) or FolderState(())
        names = {
            sha256: name.removeprefix(f"{FILES_FOLDER}/")
            for name, sha256 in state.files
        }
        moved: dict[str, str] = {}
        added: list[ItemValues] = []
        for item in read_values(duplicate.kind, texts).facts.get("files", ()):
            if isinstance(item, str):
                continue
            name = item.get("name", "")
            same = names.get(item.get("sha256", ""))
            moved[name] = same or unique_name(
                name, lambda each: f"{FILES_FOLDER}/{each}" in contents
            )
            if same is None:
                added.append({**item, "name": moved[name]})
        changed = write_values(
            duplicate.kind, FormValues({"files": tuple(added)}), texts
        )
        folder = self._repository.record_folder(duplicate) / FILES_FOLDER
        return changed, {n: f for n, f in moved.items() if (folder / n).is_file()}


def trashed_title(kind: Kind, texts: Mapping[str, str]) -> str:
    """Return the title of a record in the first language that has one, or ""."""
    return next(iter(read_values(kind, texts).titles.values()), "")
