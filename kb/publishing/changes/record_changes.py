"""Transactions that change records, log each change, and edit the links to a record."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import RecordId
from indexer.model.records import Practice, Recommendation
from kb.publishing.changes.journal import Contents, Transaction
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import NotFoundError
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_fields import TEXT_NAMES
from kb.publishing.records.form_values import FormValue, FormValues, write_values
from kb.publishing.records.record_links import with_links_back, without_links
from kb.publishing.storage.folder_swap import Content, Copied, Linked
from kb.publishing.storage.snapshots import FolderState, folder_files


@contextmanager
def record_transaction(
    repository: Repository, actor: str
) -> Iterator[RecordTransaction]:
    """Open a transaction of `actor` under the lock, and commit it after the block.

    Nothing is changed if the block raises an error. The other errors are those of
    `Journal.lock`.
    """
    with repository.journal.lock():
        transaction = RecordTransaction(repository, actor)
        yield transaction
        transaction.commit()
        if transaction.removes_draft:
            repository.draft_folders.delete_empty()


class RecordTransaction(Transaction):
    """Changes of records by one actor, each with its entry in the history."""

    def __init__(self, repository: Repository, actor: str) -> None:
        super().__init__(repository.journal, secrets.token_hex(8))
        self._repository = repository
        self._actor = actor
        self.removes_draft = False

    def capture_state(self, record: RecordId) -> FolderState | None:
        """Store the state of a record in the history, before it is changed.

        An external edit since the last entry is logged first.
        """
        repository = self._repository
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
        now = self._repository.clock()
        self.entries.append(
            HistoryEntry(
                now, self._actor, action, record, before, after, detail, is_draft
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
        folder = self._repository.record_folder(record)
        after = self.put(folder, contents, digests=digests)
        self.store_state(self.steps[-1].staged, after)
        self.log(action, record, before, after, detail)

    def remove_draft(self, folder: Path) -> None:
        """Remove the folder of a draft, and its bundle if that becomes empty."""
        self.remove_folder(folder)
        self.removes_draft = True

    def change_links(
        self,
        target: RecordId,
        change: Callable[[RecordId, dict[str, str]], dict[str, str]],
        *,
        except_record: RecordId | None = None,
    ) -> None:
        """Change the texts of each published record that links to `target`."""
        for record in _linking_records(self._repository, target):
            if record not in {target, except_record}:
                texts = texts_in(self._repository.record_folder(record))
                self._put_texts(record, texts, change(record, texts))

    def remove_links(self, target: RecordId) -> None:
        """Remove the links to a record from all other records."""
        self.change_links(
            target, lambda record, texts: without_links(record.kind, texts, target)
        )

    def restore_links(self, earlier: str) -> None:
        """Restore the links that the transaction named `earlier` removed.

        Records that no longer exist are skipped.
        """
        history = self._repository.history
        for change in history.of_transaction(earlier):
            entry = change.entry
            texts = texts_in(self._repository.record_folder(entry.record))
            if entry.action is not HistoryAction.LINKS_CHANGED or not texts:
                continue
            if entry.before and self._repository.state(entry.record) == entry.after:
                contents = history.contents(entry.before)
                self.put_record(entry.record, contents, HistoryAction.LINKS_CHANGED)
                continue
            before, after = history.texts(entry.before), history.texts(entry.after)
            restored = with_links_back(entry.record.kind, texts, before, after)
            self._put_texts(entry.record, texts, restored)

    def _put_texts(
        self, record: RecordId, before: Mapping[str, str], after: Mapping[str, str]
    ) -> None:
        changed = {
            name: text.encode()
            for name, text in after.items()
            if before.get(name) != text
        }
        if changed:
            contents = linked_contents(self._repository.record_folder(record))
            self.put_record(record, contents | changed, HistoryAction.LINKS_CHANGED)


def _linking_records(repository: Repository, target: RecordId) -> list[RecordId]:
    """Return the published records that link to `target` or quote it, sorted."""
    corpus = repository.reader.read()
    linking = {link.target for link in corpus.backlinks.get(target, ())}
    linking |= {
        record.id
        for record in corpus.records.values()
        if isinstance(record, Practice | Recommendation)
        and any(each.deliverable == target for each in record.quotations)
    }
    return sorted(linking)


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
    text: str,
    facts: Mapping[str, FormValue],
) -> bytes:
    """Return a `record.yaml` with other facts, and today as its `updated` day."""
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
