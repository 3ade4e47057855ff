"""The trash folder: deleted records and discarded drafts, each with its notes."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from indexer.model.ids import RecordId
from kb.publishing.changes.repository import RecordTransaction, Repository, texts_in
from kb.publishing.records.form_values import read_values
from kb.publishing.storage.folders import Content, Copied, FolderState
from kb.publishing.storage.json_fields import to_stored_json

NOTES_NAME = "deleted.json"
_NUMBER_SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class TrashedRecord:
    """A deleted record or draft.

    `transaction` is the name of its folder: that of the transaction that deleted it,
    with a number if that deleted several records.
    """

    transaction: str
    record: RecordId
    title: str
    actor: str
    at: dt.datetime
    merged_into: RecordId | None = None
    is_draft: bool = False

    @property
    def batch(self) -> str:
        """The name of the transaction, which deleted other records too or not."""
        return self.transaction.partition(_NUMBER_SEPARATOR)[0]

    def contents(self) -> bytes:
        """Return the metadata of a deleted record as JSON."""
        body = {
            **to_stored_json(self),
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "merged_into": str(self.merged_into or ""),
        }
        del body["transaction"]
        return json.dumps(body, ensure_ascii=False).encode()


def trash_folder(repository: Repository) -> Path:
    """Return the folder of deleted records: one folder for each transaction."""
    return repository.locations.instance / "trash"


def copy_to_trash(
    transaction: RecordTransaction,
    record: RecordId,
    folder: Path,
    state: FolderState,
    *,
    merged_into: RecordId | None = None,
    draft_notes: bytes | None = None,
) -> None:
    """Copy the folder of a record to the trash; with `draft_notes`, it is a draft."""
    titles = read_values(record.kind, texts_in(folder)).titles
    trash = trash_folder(transaction.repository)
    count = sum(step.target.parent == trash for step in transaction.steps)
    number = f"{_NUMBER_SEPARATOR}{count + 1}" if count else ""
    name = f"{transaction.name}{number}"
    trashed = TrashedRecord(
        name,
        record,
        next(iter(titles.values()), record.slug),
        transaction.actor,
        transaction.repository.clock(),
        merged_into,
        is_draft=draft_notes is not None,
    )
    contents: dict[str, Content] = {
        f"{record}/{file}": Copied(folder / file) for file, _ in state.files
    }
    contents[NOTES_NAME] = trashed.contents()
    transaction.put(trash / name, contents, notes=draft_notes)
