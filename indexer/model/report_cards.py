"""The report card of a file: what staff are shown about its quality."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from indexer.model.ids import Locale
from indexer.model.problems import Message
from indexer.model.readings import FileType, TextRepair


class Verdict(StrEnum):
    """Whether a file can be used without changes."""

    GOOD = "good"
    USABLE = "usable"
    NEEDS_WORK = "needs-work"
    REFUSED = "refused"


class MissingProperty(StrEnum):
    """A property that the file should have, and has not."""

    TITLE = "title"
    AUTHORS = "authors"
    DATE = "date"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class SimilarFile:
    """Another file, and the share of this file's passages in it, from 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The quality of a file, its similar files, and its missing properties.

    `locales` has a language, first page and last page for each run of pages; a file
    without pages has one run with pages 0. `proposals` is the number of proposals, None
    if they were not extracted.
    """

    name: str
    verdict: Verdict
    reasons: tuple[Message, ...]
    type: FileType | None = None
    pages: int = 0
    words: int = 0
    empty_pages: tuple[int, ...] = ()
    scanned_pages: tuple[int, ...] = ()
    unreadable_pages: tuple[int, ...] = ()
    recognised_pages: tuple[int, ...] = ()
    locales: tuple[tuple[Locale | None, int, int], ...] = ()
    repairs: TextRepair = field(default_factory=TextRepair)
    duplicate_of: str = ""
    near_duplicates: tuple[SimilarFile, ...] = ()
    sibling_of: str = ""
    missing_properties: tuple[MissingProperty, ...] = ()
    is_tagged: bool | None = None
    has_macros: bool = False
    proposals: int | None = None
