"""What becomes of files that are added, and how they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.model.problems import Message
from indexer.model.readings import Unreadable
from indexer.model.report_cards import ReportCard
from kb.publishing.extractions.draft_texts import ImportedFile


class ImportStatus(StrEnum):
    """What became of a file."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    ALREADY_THERE = "already-there"
    RECOGNISED = "recognised"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a file, in a word and in a sentence.

    `holder` is the draft that it is in, or the record: `deliverables/d2.6`.
    """

    path: Path
    state: ImportStatus
    message: Message
    finding: ImportedFile | None = None
    card: ReportCard | None = None
    sha256: str = ""
    holder: str = ""
    reason: Unreadable | None = None

    @property
    def is_in(self) -> bool:
        """Whether the file is where it was to go."""
        return self.state not in {
            ImportStatus.INCOMPLETE,
            ImportStatus.REFUSED,
            ImportStatus.FAILED,
        }


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are added, where it is not as the command line does it.

    `name_of` gives the name under which a file was sent. What is found in a file is
    made drafts at once, or left for a person to decide on.
    """

    name_of: Callable[[Path], str] = lambda path: path.name
    drafts_proposals: bool = True
    processes: int | None = None


BY_COMMAND = ImportOptions()
"""As the command line adds files."""
