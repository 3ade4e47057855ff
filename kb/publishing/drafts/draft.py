"""A loaded draft, and its stored metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import RecordId
from kb.publishing.errors import NotFoundError
from kb.publishing.records.form_values import ItemValues, read_values
from kb.publishing.storage.folder_swap import NOTES_FILE
from kb.publishing.storage.json_fields import load_json, to_stored_json
from kb.publishing.storage.snapshots import FolderState


@dataclass(frozen=True, slots=True)
class DraftNotes:
    """The metadata of a draft.

    `published` is the state of the published record that the draft was made from;
    `withdrawn_by` names the transaction that withdrew that record, if one did.
    """

    by: str = ""
    saved_at: str = ""
    published: FolderState | None = None
    withdrawn_by: str = ""

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


def draft_file_names(state: FolderState) -> tuple[str, ...]:
    """Return the names of the originals of a state."""
    start = f"{FILES_FOLDER}/"
    return tuple(n.removeprefix(start) for n, _ in state.files if n.startswith(start))


def listed_files(draft: Draft) -> tuple[ItemValues, ...]:
    """Return the items of `files` in a draft."""
    return read_values(draft.record.kind, draft.texts).items("files")
