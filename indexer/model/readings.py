"""What was read in a file of a deliverable, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.document import Document
from indexer.model.ids import Locale


class FileType(StrEnum):
    """The types that can be read, told by what is in a file and not by its name."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    PPTX = "pptx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


class Unreadable(StrEnum):
    """Why a file is refused, one word for each reason."""

    MISSING = "missing"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    WRONG_EXTENSION = "wrong-extension"
    UNKNOWN_TYPE = "unknown-type"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    EXPANDS_TOO_MUCH = "expands-too-much"
    DANGEROUS_XML = "dangerous-xml"
    NO_TEXT = "no-text"
    SCANNED = "scanned"
    TOO_SLOW = "too-slow"
    TOO_MUCH_MEMORY = "too-much-memory"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of a file: its number from 1, what is printed on it, what it holds.

    `locale` is the language that most of its words are in, when that can be told. A
    page `is_unreadable` when its letters stand for others, so that nothing of it is
    kept; `is_recognised` when its letters were recognised in a picture.
    """

    number: int
    label: str = ""
    words: int = 0
    is_scanned: bool = False
    is_unreadable: bool = False
    is_recognised: bool = False
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class TextRepair:
    """How often each sort of damage was found in a text layer, and mended."""

    spaces: int = 0
    ligatures: int = 0
    accents: int = 0
    hyphens: int = 0


@dataclass(frozen=True, slots=True)
class FileProperties:
    """What a file says of itself, as it says it; it is often wrong."""

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class FileReading:
    """All that was read in a file.

    `is_tagged` tells whether a PDF carries a structure for screen readers; None for
    other types. `has_macros` is of office files: macros are never run, nor kept.
    `locale` is the language of most of its words.
    """

    name: str
    sha256: str
    size_bytes: int
    type: FileType
    document: Document
    pages: tuple[FilePage, ...] = ()
    properties: FileProperties = FileProperties()
    mended: TextRepair = TextRepair()
    is_tagged: bool | None = None
    has_macros: bool = False
    locale: Locale | None = None
