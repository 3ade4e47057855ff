"""Publishes drafts, withdraws records, replaces files, reverts to earlier states."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.corpus.assessment_fields import ASSESSMENT_FIELDS
from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among, message
from indexer.model.records import Deliverable
from kb.publishing.changes.repository import (
    RecordTransaction,
    Repository,
    copied_contents,
    linked_contents,
    record_file_with,
    record_transaction,
    texts_in,
)
from kb.publishing.drafts.draft import DraftNotes, end_editing_session, read_notes
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.drafts.guesses import unchecked_problems
from kb.publishing.errors import IncompleteDraftError, NotFoundError, PublishingError
from kb.publishing.history.differences import Difference, compare_states, compare_texts
from kb.publishing.history.history_entries import (
    WRITERS_SEPARATOR,
    ChangeSide,
    HistoryAction,
)
from kb.publishing.records.form_values import FormValue, ItemValues, read_values
from kb.publishing.records.yaml_blocks import without_draft_note
from kb.publishing.storage.folders import Content, Copied, FolderState


class PublishConflictError(PublishingError):
    """The record was changed after the draft was made from it.

    `version` is the version to pass as `over`, to publish all the same.
    """

    def __init__(
        self, record: RecordId, version: str, differences: tuple[Difference, ...]
    ) -> None:
        super().__init__(f"{record}: published since the draft was begun")
        self.version = version
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
    ) -> tuple[str, ...]:
        """Publish a draft in place of the record, and return who wrote the draft.

        The arguments and the errors are those of `put_checked_draft`.
        """
        with record_transaction(self._repository, actor) as transaction:
            return self.put_checked_draft(
                transaction, record, version=version, over=over
            )

    def put_checked_draft(
        self,
        transaction: RecordTransaction,
        record: RecordId,
        *,
        version: str = "",
        over: str = "",
    ) -> tuple[str, ...]:
        """Move a draft into the content within a transaction; return who wrote it.

        `version` is the version of the draft that the actor saw. `over` is the version
        of the record, if it was changed after the draft was made from it.

        Raises:
            NotFoundError: the record has no draft.
            DraftConflictError: the draft was saved after the actor saw it.
            PublishConflictError: the record was changed after the draft was begun.
            IncompleteDraftError: the draft has problems.
        """
        repository = self._repository
        folder, state = repository.draft_state(record)
        if version and state.digest != version:
            raise DraftConflictError(DraftEditor(repository).load(record), {}, ())
        notes = read_notes(folder)
        current = changed_state(repository, record, notes.published, seen=over)
        if current is not None:
            published = texts_in(repository.record_folder(record))
            differences = compare_texts(record.kind, published, texts_in(folder))
            raise PublishConflictError(record, current.digest, differences)
        corpus = repository.reader.read()
        blocking = check_drafts(repository, {record: folder}, corpus)[record]
        if blocking:
            raise IncompleteDraftError(record, tuple(blocking))
        self.put_draft(transaction, record, folder, state)
        if notes.withdrawn_by:
            transaction.restore_links(notes.withdrawn_by, record)
        return notes.credited

    def put_draft(
        self,
        transaction: RecordTransaction,
        record: RecordId,
        folder: Path,
        state: FolderState,
    ) -> None:
        """Move a draft into the content, and log its writers, within a transaction."""
        notes = end_editing_session(transaction, record, folder, state)
        contents = linked_contents(folder)
        facts = _signed_facts(self._repository, record)
        text = record_file_with(self._repository, record, folder, facts).decode()
        contents[RECORD_FILE] = without_draft_note(text).encode()
        digests = {name: sha for name, sha in state.files if name != RECORD_FILE}
        transaction.put_record(
            record,
            contents,
            HistoryAction.PUBLISHED,
            WRITERS_SEPARATOR.join(notes.credited),
            digests=digests,
        )
        transaction.remove_draft(folder)

    def withdraw(self, record: RecordId, *, actor: str, reason: str = "") -> None:
        """Move a record back to the drafts; the history keeps the reason.

        An existing draft of it is unchanged. Links of other records to it are removed,
        and restored when it is published again.

        Raises:
            NotFoundError: the record is not published.
        """
        with record_transaction(self._repository, actor) as transaction:
            self.put_in_drafts(transaction, record, reason)
            transaction.remove_links(record)

    def put_in_drafts(
        self, transaction: RecordTransaction, record: RecordId, reason: str
    ) -> None:
        """Move a record back to the drafts within a transaction; links to it stay.

        Raises:
            NotFoundError: the record is not published.
        """
        repository = self._repository
        before = transaction.capture_published(record)
        folder = repository.record_folder(record)
        draft = repository.draft_folders.find(record)
        writers: tuple[str, ...] = ()
        if draft is not None:
            _, state = repository.draft_state(record)
            session = end_editing_session(transaction, record, draft, state)
            writers = session.credited
        notes = DraftNotes(
            transaction.actor,
            repository.timestamp(),
            withdrawn_by=transaction.name,
            writers=writers,
        )
        contents = copied_contents(draft or folder)
        if draft is not None:
            contents |= _with_assessment(repository, record, draft)
        transaction.put(
            repository.draft_folders.folder_for(record),
            contents,
            notes=notes.contents(),
        )
        transaction.remove_folder(folder)
        transaction.log(HistoryAction.WITHDRAWN, record, before, None, reason)

    def replace_file(
        self,
        record: RecordId,
        name: str,
        path: Path,
        *,
        actor: str,
        facts: ItemValues | None = None,
    ) -> None:
        """Replace an original under its name.

        `facts` are the pages and the tagging of the new file. The history stores the
        old one.

        Raises:
            NotFoundError: no such record or file.
        """
        folder = self._repository.record_folder(record)
        with record_transaction(self._repository, actor) as transaction:
            contents = linked_contents(folder)
            file = f"{FILES_FOLDER}/{name}"
            if file not in contents:
                raise NotFoundError(f"{record}/{file}")
            contents[file] = Copied(path)
            listed = {"name": name, "sha256": sha256_of(path), **(facts or {})}
            listing = _listing(record.kind, texts_in(folder), listed)
            contents[RECORD_FILE] = record_file_with(
                self._repository, record, folder, listing
            )
            transaction.put_record(record, contents, HistoryAction.FILE_REPLACED, name)

    def revert(self, number: int, side: ChangeSide, *, actor: str) -> None:
        """Revert a record to its state before or after a change.

        Raises:
            NotFoundError: no such change, or the record did not exist in that state.
        """
        history = self._repository.history
        with record_transaction(self._repository, actor) as transaction:
            entry = history.change(number).entry
            state = entry.state(side)
            if state is None or entry.is_draft:
                raise NotFoundError(f"{entry.record} ({side.value} {number})")
            transaction.put_record(
                entry.record,
                history.contents(state),
                HistoryAction.REVERTED,
                f"{number} {side.value}",
                digests=dict(state.files),
            )


def check_drafts(
    repository: Repository, folders: Mapping[RecordId, Path], corpus: Corpus
) -> dict[RecordId, list[Problem]]:
    """Return the problems that prevent the publication of each draft."""
    problems = repository.reader.check_overlay(folders, corpus)
    return {
        record: [
            *blocking_problems(problems[record], corpus, record),
            *unchecked_problems(record.kind, folder),
        ]
        for record, folder in folders.items()
    }


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
        problem
        for problem in errors_among(problems)
        if problem.code is not ProblemCode.MISSING_FILE
        or problem.what.values["name"] not in published_files
    ]


def changed_state(
    repository: Repository,
    record: RecordId,
    begun_from: FolderState | None,
    *,
    seen: str,
) -> FolderState | None:
    """Return the state of a record that was changed after its draft was begun, or None.

    The version `seen` is no change, nor is a signed assessment: no draft changes it.
    """
    current = repository.state(record)
    if current is None or current.digest == seen or current == begun_from:
        return None
    if begun_from is None:
        return current
    history = repository.history
    try:
        differences = compare_states(record.kind, history, begun_from, current)
    except NotFoundError:
        return current
    signed = {*ASSESSMENT_FIELDS, "updated"}
    is_changed = any(difference.field not in signed for difference in differences)
    return current if is_changed else None


def _signed_facts(repository: Repository, record: RecordId) -> dict[str, FormValue]:
    """Return the assessment of the published record, which a draft cannot change."""
    if repository.state(record) is None:
        return {}
    texts = texts_in(repository.record_folder(record))
    facts = read_values(record.kind, texts).facts
    return {name: facts.get(name, "") for name in ASSESSMENT_FIELDS}


def _with_assessment(
    repository: Repository, record: RecordId, draft: Path
) -> dict[str, Content]:
    """Return the `record.yaml` of a draft with the assessment of the published record.

    Nothing is returned when there is no assessment, or when the file is not YAML.
    """
    signed = _signed_facts(repository, record)
    is_unreadable = RECORD_FILE in read_values(record.kind, texts_in(draft)).raw
    if is_unreadable or not any(signed.values()):
        return {}
    return {RECORD_FILE: record_file_with(repository, record, draft, signed)}


def _listing(
    kind: Kind, texts: Mapping[str, str], listed: ItemValues
) -> dict[str, FormValue]:
    """Return the facts of a record in which one file has the fields `listed`."""
    values = read_values(kind, texts)
    files = values.items("files")
    replaced = [file for file in files if file.get("name") == listed["name"]]
    facts: dict[str, FormValue] = {
        "files": tuple(
            {**{k: v for k, v in file.items() if k == "language"}, **listed}
            if file in replaced
            else file
            for file in files
        )
    }
    pages = [file.get("pages") for file in replaced]
    if "pages" in listed and pages == [values.facts.get("pages")]:
        # `pages` of the record is the number of pages of this file.
        facts["pages"] = listed["pages"]
    return facts
