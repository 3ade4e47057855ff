"""Report cards: the quality of an imported file."""

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
    """A property that is missing in the metadata of a file."""

    TITLE = "title"
    AUTHORS = "authors"
    DATE = "date"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class SimilarFile:
    """Another file, and the share of text in common, from 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The quality of a file, as shown to staff.

    `locales` are the languages in page order, each with its first and last page; a file
    without pages has one language and no pages. `proposals` is the number of proposals
    in the file, or None without extraction. Field names are keys of stored JSON.
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
    mended: TextRepair = field(default_factory=TextRepair)
    duplicate_of: str = ""
    near_duplicates: tuple[SimilarFile, ...] = ()
    sibling_of: str = ""
    lacks: tuple[MissingProperty, ...] = ()
    is_tagged: bool | None = None
    has_macros: bool = False
    proposals: int | None = None
