"""Deletes records, which puts them aside; restores them; merges two into one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import message
from kb.publishing.changes.journal import Transaction
from kb.publishing.changes.record_changes import (
    HistoryNote,
    change_links,
    cut_links,
    linked_contents,
    put_record,
    restore_links,
    texts_in,
)
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import AlreadyThereError, NotThereError, UnsuitableError
from kb.publishing.history.history_entries import (
    HistoryAction,
    HistoryEntry,
    record_id_of,
)
from kb.publishing.records.form_values import (
    FormValues,
    Item,
    read_values,
    write_values,
)
from kb.publishing.records.record_links import redirected, united, without_links
from kb.publishing.storage.folder_swap import Content, Copied, Linked
from kb.publishing.storage.names import another_name
from kb.publishing.storage.snapshots import FolderState

KEPT_DAYS = 90
"""What is deleted is put aside for so long; then only the history has it."""

ASIDE_NOTES = "deleted.json"


@dataclass(frozen=True, slots=True)
class TrashedRecord:
    """A deleted record; `transaction` names the change that deleted the record."""

    transaction: str
    record: RecordId
    title: str
    who: str
    at: dt.datetime
    merged_into: RecordId | None = None

    def contents(self) -> bytes:
        """Give what is known of it, as it is kept."""
        merged = str(self.merged_into) if self.merged_into is not None else ""
        body = {
            "record": str(self.record),
            "title": self.title,
            "who": self.who,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "merged_into": merged,
        }
        return json.dumps(body, ensure_ascii=False).encode()


class Trash:
    """Takes records out of the content, and brings them back."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @property
    def folder(self) -> Path:
        """Where what is deleted is put."""
        return self._repository.locations.instance / "trash"

    def place(self, aside: TrashedRecord) -> Path:
        """Give the folder of a record that was put aside."""
        return self.folder / aside.transaction / str(aside.record)

    def all(self) -> tuple[TrashedRecord, ...]:
        """Give what was put aside, the newest first."""
        found = [self._read(path) for path in self.folder.glob(f"*/{ASIDE_NOTES}")]
        there = [each for each in found if each is not None]
        return tuple(sorted(there, key=lambda each: each.at, reverse=True))

    def delete(self, record: RecordId, *, who: str) -> str:
        """Put a record aside, and take the links to it out of others; give the name.

        Raises:
            NotThereError: it is not in the content.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            self._put_aside(transaction, record, who)
            cut_links(repository, transaction, record, who)
            transaction.commit()
        return transaction.name

    def _put_aside(
        self,
        transaction: Transaction,
        record: RecordId,
        who: str,
        *,
        merged_into: RecordId | None = None,
    ) -> None:
        repository = self._repository
        before = repository.before(transaction, record)
        place = repository.place(record)
        if before is None:
            raise NotThereError(record)
        title = trashed_title(record.kind, texts_in(place)) or record.slug
        aside = TrashedRecord(
            transaction.name, record, title, who, repository.clock(), merged_into
        )
        contents: dict[str, Content] = {
            f"{record}/{name}": Copied(place / name) for name, _ in before.files
        }
        contents[ASIDE_NOTES] = aside.contents()
        transaction.put(self.folder / transaction.name, contents)
        transaction.take_away(place)
        action = HistoryAction.DELETED if merged_into is None else HistoryAction.MERGED
        detail = str(merged_into) if merged_into is not None else ""
        transaction.log(
            HistoryEntry(
                repository.clock(), who, action, record, before, None, detail=detail
            )
        )

    def restore(self, name: str, *, who: str) -> RecordId:
        """Bring back what was put aside, with the links of others to it.

        Raises:
            NotThereError: it is no longer there.
            AlreadyThereError: another record has its id now.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            deleted = (each for each in self.all() if each.transaction == name)
            aside = next(deleted, None)
            if aside is None:
                raise NotThereError(name)
            record = aside.record
            if repository.place(record).exists():
                raise AlreadyThereError(record)
            contents = linked_contents(self.place(aside))
            put_record(
                repository,
                transaction,
                record,
                contents,
                HistoryNote(HistoryAction.RESTORED, who),
            )
            restore_links(repository, transaction, name, who)
            transaction.take_away(self.folder / name)
            transaction.commit()
        return record

    def purge(self) -> tuple[TrashedRecord, ...]:
        """Forget what was put aside `KEPT_DAYS` ago; the history still has it."""
        repository = self._repository
        limit = repository.clock() - dt.timedelta(days=KEPT_DAYS)
        with repository.journal.transaction() as transaction:
            old = tuple(each for each in self.all() if each.at < limit)
            for each in old:
                transaction.take_away(self.folder / each.transaction)
            if old:
                transaction.commit()
        return old

    def merge(self, record: RecordId, duplicate: RecordId, *, who: str) -> str:
        """Put the links of a duplicate onto a record, and the duplicate aside.

        The record gets the links, sources, quotations and originals that only the
        duplicate had; its words stay as they are. Give the name of the change.

        Raises:
            NotThereError: one of them is not in the content.
            UnsuitableError: they are of two kinds, or one and the same.
        """
        if record.kind is not duplicate.kind or record == duplicate:
            raise UnsuitableError(
                message("only two different records of the same kind can be merged")
            )
        repository = self._repository
        with repository.journal.transaction() as transaction:
            self._put_aside(transaction, duplicate, who, merged_into=record)
            files = self._unite(transaction, record, duplicate, who)

            def lead(linking: RecordId, texts: dict[str, str]) -> dict[str, str]:
                return redirected(linking.kind, texts, duplicate, record, files)

            change_links(repository, transaction, duplicate, lead, who, apart=record)
            transaction.commit()
        return transaction.name

    def _unite(
        self, transaction: Transaction, record: RecordId, duplicate: RecordId, who: str
    ) -> Mapping[str, str]:
        """Give a record what only its duplicate had; tell the new names of files."""
        repository = self._repository
        mine, theirs = repository.place(record), repository.place(duplicate)
        texts = texts_in(mine)
        if not texts:
            raise NotThereError(record)
        contents = linked_contents(mine)
        other, moved = self._with_files(record, duplicate, contents)
        for name, file in moved.items():
            contents.setdefault(
                f"{FILES_FOLDER}/{file}", Linked(theirs / FILES_FOLDER / name)
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
            HistoryNote(HistoryAction.LINKS_CHANGED, who),
        )
        return moved

    def _with_files(
        self, record: RecordId, duplicate: RecordId, contents: Mapping[str, Content]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Give the texts of a duplicate as its files are named in the record."""
        texts = texts_in(self._repository.place(duplicate))
        mine = self._repository.state(record) or FolderState(())
        named = {
            sha256: name.removeprefix(f"{FILES_FOLDER}/") for name, sha256 in mine.files
        }
        moved: dict[str, str] = {}
        kept: list[Item] = []
        for item in read_values(duplicate.kind, texts).facts.get("files", ()):
            if isinstance(item, str):
                continue
            name = item.get("name", "")
            there = named.get(item.get("sha256", ""))
            moved[name] = there or _free(name, contents)
            if there is None:
                kept.append({**item, "name": moved[name]})
        changed = write_values(
            duplicate.kind, FormValues({"files": tuple(kept)}), texts
        )
        is_there = self._repository.place(duplicate) / FILES_FOLDER
        return changed, {n: f for n, f in moved.items() if (is_there / n).is_file()}

    def _read(self, path: Path) -> TrashedRecord | None:
        try:
            body = json.loads(path.read_text("utf-8"))
            merged = body["merged_into"]
            return TrashedRecord(
                path.parent.name,
                record_id_of(body["record"]),
                body["title"],
                body["who"],
                dt.datetime.fromisoformat(body["at"]),
                record_id_of(merged) if merged else None,
            )
        except (OSError, ValueError, KeyError, TypeError, NotThereError):
            return None


def trashed_title(kind: Kind, texts: Mapping[str, str]) -> str:
    """Give the title of a record from its files, in whichever language has one."""
    values = read_values(kind, {name: t for name, t in texts.items() if t})
    for words in values.words.values():
        title = words.get("title")
        if isinstance(title, str) and title:
            return title
    return ""


def _free(name: str, contents: Mapping[str, Content]) -> str:
    free, number = name, 2
    while f"{FILES_FOLDER}/{free}" in contents:
        free, number = another_name(name, number), number + 1
    return free
