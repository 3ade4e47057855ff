"""Results of reading a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.document import Document
from indexer.model.ids import Locale


class FileType(StrEnum):
    """The supported file types, detected by content and not by file name."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    PPTX = "pptx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


class Unreadable(StrEnum):
    """Why a file can't be read."""

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
    """A page of a file: its number from 1, its printed number and its word count.

    `locale` is the language of most words, if detected. `is_unreadable`: the font maps
    letters to wrong characters, so the text is dropped. `is_recognised`: the text comes
    from optical character recognition.
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
    """How many times each type of damage to a text layer was repaired."""

    spaces: int = 0
    ligatures: int = 0
    accents: int = 0
    hyphens: int = 0


@dataclass(frozen=True, slots=True)
class FileProperties:
    """Properties in the metadata of a file, verbatim; often wrong."""

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class FileReading:
    """The content of a file and its properties.

    `is_tagged`: whether a PDF has a structure tree for screen readers; None for other
    types. `has_macros`: whether an office file has macros, which are never run.
    `locale` is the language of most words. Field names are keys of stored JSON.
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
