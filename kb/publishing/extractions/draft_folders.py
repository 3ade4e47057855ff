"""Where drafts wait: a folder for each file that was added.

Such a folder is laid out as `documents/` is: the deliverable, and a record for each
proposal. It is put there at once, so that no draft is ever half of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.publishing.extractions.draft_texts import FOUND_FILE
from kb.publishing.storage.folders import remove

# The proposals of a deliverable are given in this order, with what they name before.
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
    """Give the name of the bundle that a record would begin; no slug holds a `_`."""
    if record.kind is Kind.DELIVERABLE:
        return record.slug
    return f"{record.kind.value}_{record.slug}"


_SHA256 = re.compile(r"^\s+(?:- )?sha256: ([0-9a-f]{64})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DraftBundle:
    """A draft and its proposals, or a draft of one record."""

    folder: Path

    @property
    def slug(self) -> str:
        """The name of the draft, which is that of its deliverable."""
        return self.folder.name

    @property
    def deliverable(self) -> RecordId:
        """The deliverable that it holds, or held before it was published."""
        return RecordId(Kind.DELIVERABLE, self.slug)

    @property
    def sha256(self) -> str:
        """The digest of the file that it was made from; empty when nothing tells."""
        try:
            found = json.loads((self.folder / FOUND_FILE).read_text("utf-8"))
            return str(found["file"]["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of all files that its deliverable lists, and of the first one."""
        record = self.folder / str(self.deliverable) / RECORD_FILE
        text = record.read_text("utf-8", "replace") if record.is_file() else ""
        return tuple(filter(None, {self.sha256, *_SHA256.findall(text)}))

    def records(self) -> dict[RecordId, Path]:
        """Give the records that still wait, the deliverable first."""
        return {
            RecordId(kind, folder.name): folder
            for kind in _ORDER
            for folder in sorted((self.folder / kind.folder).glob("*"))
            if folder.is_dir() and not folder.name.startswith(".")
        }

    def files(self) -> tuple[Path, ...]:
        """Give the originals that it holds."""
        folder = self.folder / str(self.deliverable) / FILES_FOLDER
        return tuple(sorted(each for each in folder.glob("*") if each.is_file()))


@dataclass(frozen=True, slots=True)
class DraftFolders:
    """All drafts."""

    folder: Path

    def bundles(self) -> Iterator[DraftBundle]:
        """Give the drafts, in the order of their names."""
        if not self.folder.is_dir():
            return
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir() and not entry.name.startswith("."):
                yield DraftBundle(entry)

    def find(self, record: RecordId) -> Path | None:
        """Give the folder of the draft of a record, if there is one."""
        if not SLUG_PATTERN.fullmatch(record.slug):
            return None  # It would lead elsewhere.
        own = self.folder / draft_bundle_name(record) / str(record)
        if own.is_dir():
            return own
        for bundle in self.bundles():
            folder = bundle.folder / str(record)
            if folder.is_dir():
                return folder
        return None

    def place_for(self, record: RecordId) -> Path:
        """Give where the draft of a record is, or is to be."""
        found = self.find(record)
        return found or self.folder / draft_bundle_name(record) / str(record)

    def has(self, slug: str) -> bool:
        """Tell whether a draft has a name."""
        return (self.folder / slug).exists()

    def tidy(self) -> None:
        """Take away the bundles that hold no record any more."""
        for bundle in tuple(self.bundles()):
            if not bundle.records():
                with suppress(OSError):  # It is empty: the next time will do.
                    remove(bundle.folder)
