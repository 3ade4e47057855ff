"""The building blocks of changes: put a record, and edit the links of other records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from indexer.model.records import Practice, Recommendation
from kb.publishing.changes.journal import Contents, Transaction
from kb.publishing.changes.repository import Repository
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.record_links import with_links_back, without_links
from kb.publishing.storage.folder_swap import Content, Copied, Linked
from kb.publishing.storage.snapshots import FolderState, folder_state


@dataclass(frozen=True, slots=True)
class HistoryNote:
    """The action, actor and detail that the history stores with a change."""

    action: HistoryAction
    actor: str
    detail: str = ""


def put_record(  # the record and its history entry
    repository: Repository,
    transaction: Transaction,
    record: RecordId,
    contents: Contents,
    note: HistoryNote,
    *,
    digests: Mapping[str, str] | None = None,
) -> FolderState:
    """Replace a record of the content, log the change, and return the new state."""
    before = repository.capture_state(transaction, record)
    after = transaction.put(
        repository.record_folder(record), contents, digests=digests, is_stored=True
    )
    transaction.log(
        HistoryEntry(
            repository.clock(),
            note.actor,
            note.action,
            record,
            before,
            after,
            note.detail,
        )
    )
    return after


def texts_in(folder: Path) -> dict[str, str]:
    """Read the texts of a record folder; invalid UTF-8 is replaced."""
    names = (RECORD_FILE, *(f"{locale}.md" for locale in Locale))
    return {
        name: (folder / name).read_bytes().decode("utf-8-sig", "replace")
        for name in names
        if (folder / name).is_file()
    }


def linked_contents(folder: Path) -> dict[str, Content]:
    """Return the files of a folder as hard links, for the folder that replaces it."""
    state = folder_state(folder)
    names = [name for name, _ in state.files] if state is not None else []
    return {name: Linked(folder / name) for name in names}


def stored_contents(repository: Repository, state: FolderState) -> dict[str, Content]:
    """Return the files of a state, as the history stores them."""
    return {
        name: Copied(content) if isinstance(content, Path) else content
        for name, content in repository.history.contents(state).items()
    }


def change_links(  # which links, how, and by whom
    repository: Repository,
    transaction: Transaction,
    target: RecordId,
    change: Callable[[RecordId, dict[str, str]], dict[str, str]],
    actor: str,
    *,
    except_record: RecordId | None = None,
) -> None:
    """Replace the texts of each record that links to `target` by those of `change`."""
    for record in linking_records(repository, target):
        if record not in {target, except_record}:
            texts = texts_in(repository.record_folder(record))
            _put_texts(
                repository, transaction, record, texts, change(record, texts), actor
            )


def remove_links(
    repository: Repository, transaction: Transaction, target: RecordId, actor: str
) -> None:
    """Remove the links to a record from all other records."""

    def without_target(record: RecordId, texts: dict[str, str]) -> dict[str, str]:
        return without_links(record.kind, texts, target)

    change_links(repository, transaction, target, without_target, actor)


def restore_links(
    repository: Repository, transaction: Transaction, earlier: str, actor: str
) -> None:
    """Restore the links that the transaction named `earlier` removed.

    Records that no longer exist are skipped.
    """
    history = repository.history
    for change in history.of_transaction(earlier):
        entry = change.entry
        if entry.action is not HistoryAction.LINKS_CHANGED:
            continue
        texts = texts_in(repository.record_folder(entry.record))
        if not texts:
            continue
        if entry.before and repository.state(entry.record) == entry.after:
            contents = stored_contents(repository, entry.before)
            note = HistoryNote(HistoryAction.LINKS_CHANGED, actor)
            put_record(repository, transaction, entry.record, contents, note)
            continue
        restored = with_links_back(
            entry.record.kind,
            texts,
            history.texts(entry.before),
            history.texts(entry.after),
        )
        _put_texts(repository, transaction, entry.record, texts, restored, actor)


def _put_texts(  # a record before and after
    repository: Repository,
    transaction: Transaction,
    record: RecordId,
    before: Mapping[str, str],
    after: Mapping[str, str],
    actor: str,
) -> None:
    changed = {name: text for name, text in after.items() if before.get(name) != text}
    if not changed:
        return
    contents = linked_contents(repository.record_folder(record))
    contents |= {name: text.encode() for name, text in changed.items()}
    note = HistoryNote(HistoryAction.LINKS_CHANGED, actor)
    put_record(repository, transaction, record, contents, note)


def linking_records(repository: Repository, target: RecordId) -> Iterator[RecordId]:
    """Yield the published records that link to `target` or quote it, sorted."""
    corpus = repository.reader.read()
    linking = {link.target for link in corpus.backlinks.get(target, ())}
    for record in corpus.records.values():
        if isinstance(record, Practice | Recommendation) and any(
            each.deliverable == target for each in record.quotations
        ):
            linking.add(record.id)
    yield from sorted(linking)
