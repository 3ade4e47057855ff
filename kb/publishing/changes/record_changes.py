"""What all changes of the content are made of: records put, and links of others."""

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
    """What the history will tell of a change."""

    action: HistoryAction
    who: str
    detail: str = ""


def put_record(  # where, what and why
    repository: Repository,
    transaction: Transaction,
    record: RecordId,
    contents: Contents,
    told: HistoryNote,
    *,
    digests: Mapping[str, str] | None = None,
) -> FolderState:
    """Put a record into the content, and tell the history."""
    before = repository.before(transaction, record)
    after = transaction.put(
        repository.place(record), contents, digests=digests, is_kept=True
    )
    transaction.log(
        HistoryEntry(
            repository.clock(),
            told.who,
            told.action,
            record,
            before,
            after,
            told.detail,
        )
    )
    return after


def texts_in(folder: Path) -> dict[str, str]:
    """Read the texts of a record, whatever is wrong with them."""
    names = (RECORD_FILE, *(f"{locale}.md" for locale in Locale))
    return {
        name: (folder / name).read_bytes().decode("utf-8-sig", "replace")
        for name in names
        if (folder / name).is_file()
    }


def linked_contents(folder: Path) -> dict[str, Content]:
    """Give what a folder holds, for another that will take its place."""
    state = folder_state(folder)
    names = [name for name, _ in state.files] if state is not None else []
    return {name: Linked(folder / name) for name in names}


def kept_contents(repository: Repository, state: FolderState) -> dict[str, Content]:
    """Give what a state held, from the history."""
    return {
        name: Copied(content) if isinstance(content, Path) else content
        for name, content in repository.history.contents(state).items()
    }


def change_links(  # whose, how and why
    repository: Repository,
    transaction: Transaction,
    target: RecordId,
    change: Callable[[RecordId, dict[str, str]], dict[str, str]],
    who: str,
    *,
    apart: RecordId | None = None,
) -> None:
    """Change the texts of all records that name another, each by `change`."""
    for record in linking(repository, target):
        if record not in {target, apart}:
            texts = texts_in(repository.place(record))
            _put_texts(
                repository, transaction, record, texts, change(record, texts), who
            )


def cut_links(
    repository: Repository, transaction: Transaction, target: RecordId, who: str
) -> None:
    """Take the links to a record out of all others."""

    def cut(record: RecordId, texts: dict[str, str]) -> dict[str, str]:
        return without_links(record.kind, texts, target)

    change_links(repository, transaction, target, cut, who)


def restore_links(
    repository: Repository, transaction: Transaction, earlier: str, who: str
) -> None:
    """Bring back the links that an earlier change took out, in what is still there."""
    history = repository.history
    for change in history.of_work(earlier):
        entry = change.entry
        if entry.action is not HistoryAction.LINKS_CHANGED:
            continue
        texts = texts_in(repository.place(entry.record))
        if not texts:
            continue
        if entry.before and repository.state(entry.record) == entry.after:
            contents = kept_contents(repository, entry.before)
            told = HistoryNote(HistoryAction.LINKS_CHANGED, who)
            put_record(repository, transaction, entry.record, contents, told)
            continue
        back = with_links_back(
            entry.record.kind,
            texts,
            history.texts(entry.before),
            history.texts(entry.after),
        )
        _put_texts(repository, transaction, entry.record, texts, back, who)


def _put_texts(  # a record before and after
    repository: Repository,
    transaction: Transaction,
    record: RecordId,
    before: Mapping[str, str],
    after: Mapping[str, str],
    who: str,
) -> None:
    changed = {name: text for name, text in after.items() if before.get(name) != text}
    if not changed:
        return
    contents = linked_contents(repository.place(record))
    contents |= {name: text.encode() for name, text in changed.items()}
    put_record(
        repository,
        transaction,
        record,
        contents,
        HistoryNote(HistoryAction.LINKS_CHANGED, who),
    )


def linking(repository: Repository, target: RecordId) -> Iterator[RecordId]:
    """Give the records of the content that name another, or quote it."""
    corpus = repository.reader.read()
    found = {link.target for link in corpus.backlinks.get(target, ())}
    for record in corpus.records.values():
        if isinstance(record, Practice | Recommendation) and any(
            each.deliverable == target for each in record.quotations
        ):
            found.add(record.id)
    yield from sorted(found)
