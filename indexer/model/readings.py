"""The reading of a file: its document, pages and properties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.document import Block, Document
from indexer.model.ids import Locale
from indexer.model.problems import message


class FileType(StrEnum):
    """The supported file types, detected by content."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    PPTX = "pptx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


class Unreadable(StrEnum):
    """Why a file can't be read; the catalog translates the values."""

    MISSING = message("missing").template
    EMPTY = message("empty").template
    ENCRYPTED = message("encrypted").template
    DAMAGED = message("damaged").template
    WRONG_EXTENSION = message("wrong-extension").template
    UNKNOWN_TYPE = message("unknown-type").template
    TOO_LARGE = message("too-large").template
    TOO_MANY_PAGES = message("too-many-pages").template
    EXPANDS_TOO_MUCH = message("expands-too-much").template
    DANGEROUS_XML = message("dangerous-xml").template
    NO_TEXT = message("no-text").template
    SCANNED = message("scanned").template
    TOO_SLOW = message("too-slow").template
    TOO_MUCH_MEMORY = message("too-much-memory").template
    CRASHED = message("crashed").template


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of a file: its number from 1, the number printed on it, its words.

    `locale` is its language, if French or English. A page `is_unreadable` if its
    character map is wrong, so that its text is dropped, and `is_recognised` after OCR.
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
    """How many spaces, ligatures, accents and hyphens were repaired in a text layer."""

    spaces: int = 0
    ligatures: int = 0
    accents: int = 0
    hyphens: int = 0


@dataclass(frozen=True, slots=True)
class FileProperties:
    """The properties of a file as they are; they are often wrong.

    `labels` are its subject, its keywords, and its own properties with their names.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    created: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReading:
    """The result of reading a file.

    `is_tagged` is whether a PDF has structure tags for screen readers; None for other
    types. `has_macros` is for office files, whose macros are never run. `locale` is the
    language of most of its text. `margins` are the headers and footers, each once, with
    its first page.
    """

    name: str
    sha256: str
    size_bytes: int
    type: FileType
    document: Document
    pages: tuple[FilePage, ...] = ()
    properties: FileProperties = FileProperties()
    repairs: TextRepair = TextRepair()
    is_tagged: bool | None = None
    has_macros: bool = False
    locale: Locale | None = None
    margins: tuple[Block, ...] = ()
