"""Publishes drafts, withdraws records, replaces files, brings earlier states back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, Problem, ProblemCode, errors_among, message
from indexer.model.records import Deliverable
from kb.publishing.changes.journal import Transaction
from kb.publishing.changes.record_changes import (
    HistoryNote,
    cut_links,
    kept_contents,
    linked_contents,
    put_record,
    restore_links,
    texts_in,
)
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes, read_notes
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import IncompleteError, NotThereError, PublishingError
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    Item,
    read_values,
    write_values,
)
from kb.publishing.storage.folder_swap import NOTES_FILE, Copied
from kb.publishing.storage.snapshots import FolderState, folder_state


class RecordVersions(Enum):
    """Which of the two states of a change."""

    BEFORE = "before"
    AFTER = "after"


class PublishedSinceError(PublishingError):
    """The record was changed after the draft was made from it: here are both.

    `version` is what to publish over when that is what somebody wants.
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

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message(
            "%(record)s was changed after this draft was begun: look at both, then "
            "choose",
            record=self.record,
        )


class Publisher:
    """Moves records between the drafts and the content."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def publish(
        self, record: RecordId, *, who: str, version: str = "", over: str = ""
    ) -> str:
        """Publish a draft in the stead of what stands there; give the change's name.

        `version` is that of the draft that somebody looked at, `over` that of the
        published record, when it was changed after the draft was begun.

        Raises:
            NotThereError: there is no such draft.
            DraftConflictError: it was saved after somebody looked at it.
            PublishedSinceError: the record was changed after the draft was begun.
            IncompleteError: it has problems.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            folder, state = self._draft(record, version)
            notes = read_notes(folder)
            self._check_base(record, folder, notes, over)
            self._check_problems(record, folder)
            self.put_draft(transaction, record, folder, state, who)
            if notes.withdrawn_by:
                restore_links(repository, transaction, notes.withdrawn_by, who)
            transaction.commit()
            repository.draft_folders.tidy()
        return transaction.name

    def _draft(self, record: RecordId, version: str) -> tuple[Path, FolderState]:
        folder = self._repository.draft_folders.find(record)
        state = folder_state(folder) if folder is not None else None
        if folder is None or state is None:
            raise NotThereError(record)
        if version and state.digest != version:
            raise DraftConflictError(DraftEditor(self._repository).load(record), {}, ())
        return folder, state

    def _check_base(
        self, record: RecordId, folder: Path, notes: DraftNotes, over: str
    ) -> None:
        current = self._repository.state(record)
        if current is None or current == notes.published or current.digest == over:
            return
        published = texts_in(self._repository.place(record))
        raise PublishedSinceError(
            record,
            current.digest,
            published,
            compare_texts(record.kind, published, texts_in(folder)),
        )

    def _check_problems(self, record: RecordId, folder: Path) -> None:
        reader = self._repository.reader
        corpus = reader.read()
        problems = reader.check_beside({record: folder}, corpus)[record]
        blocking = blocking_problems(problems, corpus, record)
        if blocking:
            raise IncompleteError(record, tuple(blocking))

    def put_draft(
        self,
        transaction: Transaction,
        record: RecordId,
        folder: Path,
        state: FolderState,
        who: str,
    ) -> None:
        """Put a draft into the content, and take it from the shelf, in a work."""
        contents = linked_contents(folder)
        text = dated(record.kind, texts_in(folder).get(RECORD_FILE, ""), self._day())
        contents[RECORD_FILE] = text.encode()
        digests = {name: sha for name, sha in state.files if name != RECORD_FILE}
        told = HistoryNote(HistoryAction.PUBLISHED, who)
        put_record(
            self._repository, transaction, record, contents, told, digests=digests
        )
        transaction.take_away(folder)

    def unpublish(self, record: RecordId, *, who: str) -> str:
        """Take a record out of the content, back to the drafts; give the name.

        A draft of it that somebody began stays as it is. The links of other records to
        it are taken out, and brought back when it is published again.

        Raises:
            NotThereError: it is not published.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            before = repository.before(transaction, record)
            if before is None:
                raise NotThereError(record)
            folder = repository.draft_folders.find(record)
            place = repository.draft_folders.place_for(record)
            origin = folder or repository.place(record)
            at = repository.clock().isoformat(timespec="seconds")
            notes = DraftNotes(who, at, withdrawn_by=transaction.name)
            transaction.put(
                place,
                linked_contents(origin),
                hidden={NOTES_FILE: notes.contents()},
            )
            cut_links(repository, transaction, record, who)
            transaction.take_away(repository.place(record))
            transaction.log(
                HistoryEntry(
                    repository.clock(),
                    who,
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
        who: str,
        facts: Mapping[str, str] | None = None,
    ) -> str:
        """Put another file in the stead of an original, under its name.

        `facts` are those of the new file: its pages, whether it is tagged. The old one
        stays in the history.

        Raises:
            NotThereError: there is no such record or file.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            folder = repository.place(record)
            contents = linked_contents(folder)
            kept = f"{FILES_FOLDER}/{name}"
            if kept not in contents:
                raise NotThereError(f"{record}/{kept}")
            contents[kept] = Copied(path)
            text = texts_in(folder)[RECORD_FILE]
            listed = {"name": name, "sha256": sha256_of(path), **(facts or {})}
            text = _with_file(record.kind, text, listed)
            contents[RECORD_FILE] = dated(record.kind, text, self._day()).encode()
            told = HistoryNote(HistoryAction.FILE_REPLACED, who, name)
            put_record(repository, transaction, record, contents, told)
            transaction.commit()
        return transaction.name

    def bring_back(self, number: int, side: RecordVersions, *, who: str) -> str:
        """Put a record back into an earlier state: that before or after a change.

        Raises:
            NotThereError: there is no such change, or the state is none.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            entry = repository.history.change(number).entry
            state = entry.before if side is RecordVersions.BEFORE else entry.after
            if state is None or entry.is_draft:
                raise NotThereError(f"{entry.record} ({side.value} {number})")
            told = HistoryNote(
                HistoryAction.BROUGHT_BACK, who, f"{number} {side.value}"
            )
            contents = kept_contents(repository, state)
            put_record(
                repository,
                transaction,
                entry.record,
                contents,
                told,
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


def dated(kind: Kind, text: str, day: dt.date) -> str:
    """Give the text of a record with the day on which it changed."""
    changed = write_values(kind, FormValues({"updated": str(day)}), {RECORD_FILE: text})
    return changed[RECORD_FILE]


def _with_file(kind: Kind, text: str, listed: Item) -> str:
    """Give the text of a record with other facts about one of its files."""
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
        # The record counts the pages of this file: it must not go on with the old ones.
        facts["pages"] = listed["pages"]
    return write_values(kind, FormValues(facts), texts)[RECORD_FILE]


def _listed(facts: Mapping[str, FormValue]) -> list[Item]:
    return [each for each in facts.get("files", ()) if not isinstance(each, str)]


def _is(one: Item, other: Item) -> bool:
    return one.get("name") == other.get("name")
