"""A loaded draft, and its stored metadata."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from kb.publishing.changes.record_changes import RecordTransaction
from kb.publishing.errors import NotFoundError
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import ItemValues, read_values
from kb.publishing.storage.folder_swap import NOTES_FILE
from kb.publishing.storage.json_fields import load_json, to_stored_json
from kb.publishing.storage.snapshots import FolderState


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
    transaction: RecordTransaction,
    record: RecordId,
    folder: Path,
    state: FolderState,
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
