"""A loaded draft, its metadata and its originals, and the workflow of drafts.

The workflow is the state of a draft, the person it is assigned to, and comments. All of
it is stored in the metadata, beside the texts: backups keep it, and a change of it is
no conflict for a person who edits the texts.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import message
from indexer.model.proposals import ExtractedFact
from kb.publishing.changes.repository import (
    RecordTransaction,
    Repository,
    linked_contents,
    record_transaction,
)
from kb.publishing.errors import InvalidChangeError, NotFoundError
from kb.publishing.extractions.extraction_store import ExtractionStore, extraction_key
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import ItemValues, read_values
from kb.publishing.storage.folders import NOTES_FILE, FolderState
from kb.publishing.storage.json_fields import load_json, to_stored_json


class DraftState(StrEnum):
    """How far the work on a draft is; the values are stored."""

    IN_PROGRESS = "in-progress"
    READY = "ready"
    CHANGES_WANTED = "changes-wanted"


@dataclass(frozen=True, slots=True)
class DraftComment:
    """A comment on a draft, in plain text, with the state that it gave the draft.

    `state` is None for a comment that changed no state; `text` may be empty with one.
    """

    by: str
    at: dt.datetime
    text: str = ""
    state: DraftState | None = None


@dataclass(frozen=True, slots=True)
class MachineText:
    """A paragraph that a machine translated, in the field of an edition."""

    locale: Locale
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftNotes:
    """The metadata of a draft.

    `published` is the state of the published record that the draft was made from;
    `withdrawn_by` names the transaction that withdrew that record, if one did.
    `writers` saved the draft since the last publication. `session_start` is the state
    before the first save of an editing session that the history does not have yet.
    `machine_made` are the paragraphs of a machine that nobody said to have read.
    `assigned_to` is the e-mail address of the person who works on the draft next.
    """

    by: str = ""
    saved_at: str = ""
    published: FolderState | None = None
    withdrawn_by: str = ""
    writers: tuple[str, ...] = ()
    session_start: FolderState | None = None
    machine_made: tuple[MachineText, ...] = ()
    state: DraftState = DraftState.IN_PROGRESS
    assigned_to: str = ""
    comments: tuple[DraftComment, ...] = ()

    @property
    def credited(self) -> tuple[str, ...]:
        """The writers; of a draft of an earlier version, who saved it last."""
        is_saved = self.by and self.saved_at and not self.withdrawn_by
        return self.writers or ((self.by,) if is_saved else ())

    def contents(self) -> bytes:
        """Return the metadata as JSON."""
        return json.dumps(to_stored_json(self), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Draft:
    """A loaded draft; `version` is its digest, which `save` compares."""

    record: RecordId
    texts: Mapping[str, str]
    files: tuple[str, ...]
    version: str
    notes: DraftNotes


def read_notes(folder: Path) -> DraftNotes:
    """Read the metadata of a draft; without a readable file, all fields are empty.

    Raises:
        NewerFormatError: a later version of this program saved the draft.
    """
    with suppress(NotFoundError):
        return load_json(DraftNotes, folder / NOTES_FILE, folder.name)
    return DraftNotes()


def end_editing_session(
    transaction: RecordTransaction, record: RecordId, folder: Path, state: FolderState
) -> DraftNotes:
    """Log the editing session of a draft, if one is open, within a transaction.

    Return the notes of the draft without the session.
    """
    notes = read_notes(folder)
    start = notes.session_start
    if start is not None and start != state:
        transaction.store_state(folder, state)
        saved_at = dt.datetime.fromisoformat(notes.saved_at)
        transaction.entries.append(
            HistoryEntry(
                saved_at,
                notes.by,
                HistoryAction.EDITED,
                record,
                start,
                state,
                is_draft=True,
            )
        )
    return dataclasses.replace(notes, session_start=None)


def with_id(texts: Mapping[str, str], slug: str) -> bytes:
    """Return the `record.yaml` of a draft with another id."""
    lines = texts.get(RECORD_FILE, "").split("\n")
    renamed = [f"id: {slug}" if line.startswith("id:") else line for line in lines]
    return "\n".join(renamed).encode()


def draft_file_names(state: FolderState) -> tuple[str, ...]:
    """Return the names of the originals of a state."""
    start = f"{FILES_FOLDER}/"
    return tuple(n.removeprefix(start) for n, _ in state.files if n.startswith(start))


def listed_files(draft: Draft) -> tuple[ItemValues, ...]:
    """Return the items of `files` in a draft."""
    return read_values(draft.record.kind, draft.texts).items("files")


@dataclass(frozen=True, slots=True)
class DraftFile:
    """An original of a draft; `key` is that of its extraction, or empty.

    `closed_by` is the fact by which the file says that it is not for the public.
    `has_question` is whether a person has still to answer which record it belongs to.
    """

    name: str
    sha256: str = ""
    key: str = ""
    closed_by: ExtractedFact | None = None
    has_question: bool = False


def draft_files(draft: Draft, extractions: ExtractionStore) -> tuple[DraftFile, ...]:
    """Return the originals of a draft."""
    digests = {
        item.get("name", ""): item.get("sha256", "") for item in listed_files(draft)
    }
    return tuple(
        _draft_file(name, digests.get(name, ""), extractions) for name in draft.files
    )


def _draft_file(name: str, sha256: str, extractions: ExtractionStore) -> DraftFile:
    with suppress(NotFoundError):
        found = extractions.load(extraction_key(sha256))
        return DraftFile(name, sha256, found.key, found.closed_by, found.has_question)
    return DraftFile(name, sha256)


MAX_COMMENT = 2000
MAX_COMMENTS = 300
"""Older comments of a draft are dropped beyond this number."""


def change_notes(
    repository: Repository,
    record: RecordId,
    change: Callable[[DraftNotes], DraftNotes],
    *,
    actor: str,
) -> DraftNotes:
    """Change the metadata of a draft, and return the new metadata.

    The version of the draft stays: a person who edits it gets no conflict.

    Raises:
        NotFoundError: the record has no draft.
    """
    with record_transaction(repository, actor) as transaction:
        folder, _ = repository.draft_state(record)
        before = read_notes(folder)
        notes = change(before)
        if notes != before:
            contents = linked_contents(folder)
            transaction.put(folder, contents, notes=notes.contents())
    return notes


class DraftWorkflow:
    """Changes the metadata of drafts that people agree by."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def set_state(
        self, record: RecordId, state: DraftState, *, actor: str, comment: str = ""
    ) -> DraftNotes:
        """Set the state of a draft, with an optional comment; return its new metadata.

        Raises:
            InvalidChangeError: the comment is too long.
            NotFoundError: the record has no draft.
        """
        text = _checked(comment)

        def change(notes: DraftNotes) -> DraftNotes:
            if notes.state is state and not text:
                return notes
            entry = DraftComment(actor, self._repository.clock(), text, state)
            return _with_comment(dataclasses.replace(notes, state=state), entry)

        return change_notes(self._repository, record, change, actor=actor)

    def assign(self, record: RecordId, person: str, *, actor: str) -> DraftNotes:
        """Assign a draft to an e-mail address, or to nobody; return its new metadata.

        Raises:
            NotFoundError: the record has no draft.
        """
        change = partial(dataclasses.replace, assigned_to=person)
        return change_notes(self._repository, record, change, actor=actor)

    def comment(self, record: RecordId, text: str, *, actor: str) -> DraftNotes:
        """Add a comment to a draft; return its new metadata.

        Raises:
            InvalidChangeError: the comment is empty or too long.
            NotFoundError: the record has no draft.
        """
        text = _checked(text)
        if not text:
            raise InvalidChangeError(message("write the comment first"))
        entry = DraftComment(actor, self._repository.clock(), text)
        change = partial(_with_comment, comment=entry)
        return change_notes(self._repository, record, change, actor=actor)


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > MAX_COMMENT:
        raise InvalidChangeError(
            message(
                "write a comment of %(count)s characters at most", count=MAX_COMMENT
            )
        )
    return text


def _with_comment(notes: DraftNotes, comment: DraftComment) -> DraftNotes:
    comments = (*notes.comments, comment)[-MAX_COMMENTS:]
    return dataclasses.replace(notes, comments=comments)
