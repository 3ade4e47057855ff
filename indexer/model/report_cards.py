"""What is told of each file that was read, or could not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from indexer.model.ids import Locale
from indexer.model.problems import Message
from indexer.model.readings import FileType, TextRepair


class Verdict(StrEnum):
    """Whether a file can be used as it is."""

    GOOD = "good"
    USABLE = "usable"
    NEEDS_WORK = "needs-work"
    REFUSED = "refused"


class MissingProperty(StrEnum):
    """What a file should say of itself, and does not."""

    TITLE = "title"
    AUTHORS = "authors"
    DATE = "date"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class SimilarFile:
    """Another file, and how much of this one is in it too, from 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class ReportCard:
    """All that is told of a file.

    `locales` are the languages of its pages in order, each with its first and last
    page; a file without pages has one, with none. `proposals` is how many records
    were found in it, None when none were sought.
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
