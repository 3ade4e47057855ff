"""The options and the results of an import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.model.problems import Message
from indexer.model.readings import Unreadable
from indexer.model.report_cards import ReportCard
from kb.publishing.extractions.draft_texts import ImportedFile
from kb.publishing.extractions.extraction_store import RecordMatch


class ImportStatus(StrEnum):
    """The outcome of the import of a file."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    ALREADY_THERE = "already-there"
    RECOGNISED = "recognised"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome of the import of a file, and the sentence that says so.

    `owner` is the draft bundle, or the record such as `deliverables/d2.6`. `matches`
    are the records that the file resembles, until a person answers which it is.
    """

    path: Path
    status: ImportStatus
    message: Message
    imported: ImportedFile | None = None
    card: ReportCard | None = None
    sha256: str = ""
    owner: str = ""
    matches: tuple[RecordMatch, ...] = ()
    reason: Unreadable | None = None

    @property
    def is_success(self) -> bool:
        """Whether the file is in a draft or a record, as requested."""
        return self.status not in {
            ImportStatus.INCOMPLETE,
            ImportStatus.REFUSED,
            ImportStatus.FAILED,
        }


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import; the defaults are those of the command line.

    `name_of` returns the name of the upload at a path. `drafts_proposals` writes the
    proposals as draft records at once; otherwise a person decides on each.
    """

    name_of: Callable[[Path], str] = lambda path: path.name
    drafts_proposals: bool = True
    processes: int | None = None
