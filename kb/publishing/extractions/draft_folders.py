"""The folders of drafts: one bundle for each imported file.

A bundle has the layout of `documents/`: the deliverable, and a record for each
proposal. It is renamed into place, so that no bundle is incomplete.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.publishing.extractions.draft_texts import FOUND_FILE
from kb.publishing.storage.folders import delete_folder

# Recommendations and practices link to the deliverable, which is published first.
_ORDER = (
    Kind.DELIVERABLE,
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    *(
        kind
        for kind in Kind
        if kind not in {Kind.DELIVERABLE, Kind.RECOMMENDATION, Kind.PRACTICE}
    ),
)


def draft_bundle_name(record: RecordId) -> str:
    """Return the name of the bundle that a record would start; no slug contains `_`."""
    if record.kind is Kind.DELIVERABLE:
        return record.slug
    return f"{record.kind.value}_{record.slug}"


_SHA256 = re.compile(r"^\s+(?:- )?sha256: ([0-9a-f]{64})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DraftBundle:
    """A folder of draft records: a deliverable and its proposals, or one record."""

    folder: Path

    @property
    def slug(self) -> str:
        """The name of the bundle, which is the slug of its deliverable."""
        return self.folder.name

    @property
    def deliverable(self) -> RecordId:
        """The id of its deliverable, even after that was published."""
        return RecordId(Kind.DELIVERABLE, self.slug)

    @property
    def digests(self) -> set[str]:
        """The digests of the imported file and of the files of its deliverable."""
        record = self.folder / str(self.deliverable) / RECORD_FILE
        text = record.read_text("utf-8", "replace") if record.is_file() else ""
        digests = set(_SHA256.findall(text))
        with suppress(OSError, ValueError, KeyError, TypeError):
            body = json.loads((self.folder / FOUND_FILE).read_text("utf-8"))
            digests.add(str(body["file"]["sha256"]))
        return digests

    def records(self) -> dict[RecordId, Path]:
        """Return the folders of the draft records, the deliverable first."""
        return {
            RecordId(kind, folder.name): folder
            for kind in _ORDER
            for folder in sorted((self.folder / kind.folder).glob("*"))
            if folder.is_dir() and not folder.name.startswith(".")
        }


@dataclass(frozen=True, slots=True)
class DraftFolders:
    """All draft bundles, below one folder."""

    folder: Path

    def bundles(self) -> Iterator[DraftBundle]:
        """Yield the bundles, sorted by name."""
        if not self.folder.is_dir():
            return
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir() and not entry.name.startswith("."):
                yield DraftBundle(entry)

    def records(self) -> Iterator[tuple[RecordId, Path]]:
        """Yield all draft records with their folders, bundle by bundle."""
        for bundle in self.bundles():
            yield from bundle.records().items()

    def find(self, record: RecordId) -> Path | None:
        """Return the folder of the draft of a record, or None."""
        if not SLUG_PATTERN.fullmatch(record.slug):
            return None  # The slug would lead outside the folder.
        own = self.folder / draft_bundle_name(record) / str(record)
        if own.is_dir():
            return own
        for bundle in self.bundles():
            folder = bundle.folder / str(record)
            if folder.is_dir():
                return folder
        return None

    def folder_for(self, record: RecordId) -> Path:
        """Return the folder of the draft of a record, which may not exist yet."""
        existing = self.find(record)
        return existing or self.folder / draft_bundle_name(record) / str(record)

    def has(self, slug: str) -> bool:
        """Return whether a bundle of this name exists."""
        return (self.folder / slug).exists()

    def delete_empty(self) -> None:
        """Delete the bundles without records."""
        for bundle in tuple(self.bundles()):
            if not bundle.records():
                with suppress(OSError):  # The next call deletes it.
                    delete_folder(bundle.folder)
