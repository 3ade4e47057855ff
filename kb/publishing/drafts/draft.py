"""A loaded draft, and its stored metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import RecordId
from kb.publishing.records.form_values import ItemValues, read_values
from kb.publishing.storage.folder_swap import NOTES_FILE
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
        body = {
            "by": self.by,
            "saved_at": self.saved_at,
            "published": self.published.text if self.published is not None else None,
            "work": self.withdrawn_by,
        }
        return json.dumps(body, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Draft:
    """A loaded draft; `version` is its digest, which `save` compares."""

    record: RecordId
    texts: Mapping[str, str]
    files: tuple[str, ...]
    version: str
    notes: DraftNotes


def read_notes(folder: Path) -> DraftNotes:
    """Read the metadata of a draft; without a readable file, all fields are empty."""
    try:
        body = json.loads((folder / NOTES_FILE).read_text("utf-8"))
        published = body["published"]
        return DraftNotes(
            str(body["by"]),
            str(body["saved_at"]),
            FolderState.parse(published) if published is not None else None,
            str(body["work"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return DraftNotes()


def draft_file_names(state: FolderState) -> tuple[str, ...]:
    """Return the names of the originals of a state."""
    start = f"{FILES_FOLDER}/"
    return tuple(n.removeprefix(start) for n, _ in state.files if n.startswith(start))


def listed_files(draft: Draft) -> tuple[ItemValues, ...]:
    """Return the items of `files` in a draft."""
    files = read_values(draft.record.kind, draft.texts).facts.get("files", ())
    return tuple(each for each in files if not isinstance(each, str))
