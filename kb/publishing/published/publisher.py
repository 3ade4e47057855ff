"""Publishes drafts, withdraws records, replaces files, reverts to earlier states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among, message
from indexer.model.records import Deliverable
from kb.publishing.changes.journal import Transaction
from kb.publishing.changes.record_changes import (
    HistoryNote,
    linked_contents,
    put_record,
    remove_links,
    restore_links,
    stored_contents,
    texts_in,
)
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes, read_notes
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import IncompleteDraftError, NotFoundError, PublishingError
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.storage.folder_swap import NOTES_FILE, Copied
from kb.publishing.storage.snapshots import FolderState, folder_state


class ChangeSide(Enum):
    """The state before or after a change."""

    BEFORE = "before"
    AFTER = "after"


class PublishConflictError(PublishingError):
    """The record was changed after the draft was made from it: both texts.

    `version` is the version to pass as `over`, to publish all the same.
    """

    def __init__(
        self,
        record: RecordId,
        version: str,
        published: Mapping[str, str],
        differences: tuple[Difference, ...],
    ) -> None:
        super().__init__(f"{record}: published since the draft was begun")
        self.record = record
        self.version = version
        self.published = published
        self.differences = differences
        self.message = message(
            "%(record)s was changed after this draft was begun: compare the two, "
            "then choose",
            record=record,
        )


class Publisher:
    """Moves records between the drafts and the content."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def publish(
        self, record: RecordId, *, actor: str, version: str = "", over: str = ""
    ) -> str:
        """Publish a draft in place of the record; return the name of the transaction.

        `version` is the version of the draft that the actor saw. `over` is the version
        of the record, if it was changed after the draft was made from it.

        Raises:
            NotFoundError: the record has no draft.
            DraftConflictError: the draft was saved after the actor saw it.
            PublishConflictError: the record was changed after the draft was begun.
            IncompleteDraftError: the draft has problems.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            folder, state = self._draft(record, version)
            notes = read_notes(folder)
            self._check_base(record, folder, notes, over)
            self._check_problems(record, folder)
            self.put_draft(transaction, record, folder, state, actor)
            if notes.withdrawn_by:
                restore_links(repository, transaction, notes.withdrawn_by, actor)
            transaction.commit()
            repository.draft_folders.delete_empty()
        return transaction.name

    def _draft(self, record: RecordId, version: str) -> tuple[Path, FolderState]:
        folder = self._repository.draft_folders.find(record)
        state = folder_state(folder) if folder is not None else None
        if folder is None or state is None:
            raise NotFoundError(record)
        if version and state.digest != version:
            raise DraftConflictError(DraftEditor(self._repository).load(record), {}, ())
        return folder, state

    def _check_base(
        self, record: RecordId, folder: Path, notes: DraftNotes, over: str
    ) -> None:
        current = self._repository.state(record)
        if current is None or current == notes.published or current.digest == over:
            return
        published = texts_in(self._repository.record_folder(record))
        raise PublishConflictError(
            record,
            current.digest,
            published,
            compare_texts(record.kind, published, texts_in(folder)),
        )

    def _check_problems(self, record: RecordId, folder: Path) -> None:
        reader = self._repository.reader
        corpus = reader.read()
        problems = reader.check_overlay({record: folder}, corpus)[record]
        blocking = blocking_problems(problems, corpus, record)
        if blocking:
            raise IncompleteDraftError(record, tuple(blocking))

    def put_draft(
        self,
        transaction: Transaction,
        record: RecordId,
        folder: Path,
        state: FolderState,
        actor: str,
    ) -> None:
        """Move a draft into the content, within a transaction."""
        contents = linked_contents(folder)
        text = with_day(record.kind, texts_in(folder).get(RECORD_FILE, ""), self._day())
        contents[RECORD_FILE] = text.encode()
        digests = {name: sha for name, sha in state.files if name != RECORD_FILE}
        note = HistoryNote(HistoryAction.PUBLISHED, actor)
        put_record(
            self._repository, transaction, record, contents, note, digests=digests
        )
        transaction.remove_folder(folder)

    def unpublish(self, record: RecordId, *, actor: str) -> str:
        """Move a record back to the drafts; return the name of the transaction.

        An existing draft of it is unchanged. Links of other records to it are removed,
        and restored when it is published again.

        Raises:
            NotFoundError: the record is not published.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            before = repository.capture_state(transaction, record)
            if before is None:
                raise NotFoundError(record)
            draft = repository.draft_folders.find(record)
            folder = repository.record_folder(record)
            at = repository.clock().isoformat(timespec="seconds")
            notes = DraftNotes(actor, at, withdrawn_by=transaction.name)
            transaction.put(
                repository.draft_folders.folder_for(record),
                linked_contents(draft or folder),
                hidden={NOTES_FILE: notes.contents()},
            )
            remove_links(repository, transaction, record, actor)
            transaction.remove_folder(folder)
            transaction.log(
                HistoryEntry(
                    repository.clock(),
                    actor,
                    HistoryAction.UNPUBLISHED,
                    record,
                    before,
                    None,
                )
            )
            transaction.commit()
        return transaction.name

    def replace_file(
        self,
        record: RecordId,
        name: str,
        path: Path,
        *,
        actor: str,
        facts: Mapping[str, str] | None = None,
    ) -> str:
        """Replace an original under its name; return the name of the transaction.

        `facts` are the pages and the tagging of the new file. The history stores the
        old one.

        Raises:
            NotFoundError: no such record or file.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            folder = repository.record_folder(record)
            contents = linked_contents(folder)
            file = f"{FILES_FOLDER}/{name}"
            if file not in contents:
                raise NotFoundError(f"{record}/{file}")
            contents[file] = Copied(path)
            text = texts_in(folder)[RECORD_FILE]
            listed = {"name": name, "sha256": sha256_of(path), **(facts or {})}
            text = _with_file(record.kind, text, listed)
            contents[RECORD_FILE] = with_day(record.kind, text, self._day()).encode()
            note = HistoryNote(HistoryAction.FILE_REPLACED, actor, name)
            put_record(repository, transaction, record, contents, note)
            transaction.commit()
        return transaction.name

    def revert(self, number: int, side: ChangeSide, *, actor: str) -> str:
        """Revert a record to its state before or after a change.

        Return the name of the transaction.

        Raises:
            NotFoundError: no such change, or the record did not exist in that state.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            entry = repository.history.change(number).entry
            state = entry.before if side is ChangeSide.BEFORE else entry.after
            if state is None or entry.is_draft:
                raise NotFoundError(f"{entry.record} ({side.value} {number})")
            note = HistoryNote(HistoryAction.REVERTED, actor, f"{number} {side.value}")
            contents = stored_contents(repository, state)
            put_record(
                repository,
                transaction,
                entry.record,
                contents,
                note,
                digests=dict(state.files),
            )
            transaction.commit()
        return transaction.name

    def _day(self) -> dt.date:
        return self._repository.clock().date()


def blocking_problems(
    problems: Sequence[Problem], corpus: Corpus, record_id: RecordId
) -> list[Problem]:
    """Return the errors, except a missing file that the published record lists too."""
    record = corpus.get(record_id)
    published_files = (
        {file.name for file in record.files}
        if isinstance(record, Deliverable)
        else set[str]()
    )
    return [
        each
        for each in errors_among(problems)
        if each.code is not ProblemCode.MISSING_FILE
        or each.what.values["name"] not in published_files
    ]


def with_day(kind: Kind, text: str, day: dt.date) -> str:
    """Return the text of a record with another `updated` day."""
    changed = write_values(kind, FormValues({"updated": str(day)}), {RECORD_FILE: text})
    return changed[RECORD_FILE]


def _with_file(kind: Kind, text: str, listed: ItemValues) -> str:
    """Return the text of a record with other fields of one of its files."""
    texts = {RECORD_FILE: text}
    files = [
        {**{k: v for k, v in each.items() if k == "language"}, **listed}
        if not isinstance(each, str) and each.get("name") == listed["name"]
        else each
        for each in read_values(kind, texts).facts.get("files", ())
    ]
    facts: dict[str, FormValue] = {
        "files": tuple(each for each in files if not isinstance(each, str))
    }
    before = read_values(kind, texts).facts
    replaced = [each.get("pages") for each in _listed(before) if _is(each, listed)]
    if replaced == [before.get("pages")] and "pages" in listed:
        # `pages` of the record is the number of pages of this file.
        facts["pages"] = listed["pages"]
    return write_values(kind, FormValues(facts), texts)[RECORD_FILE]


def _listed(facts: Mapping[str, FormValue]) -> list[ItemValues]:
    return [each for each in facts.get("files", ()) if not isinstance(each, str)]


def _is(one: ItemValues, other: ItemValues) -> bool:
    return one.get("name") == other.get("name")
