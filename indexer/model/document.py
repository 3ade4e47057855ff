"""The reading of a file: its blocks, pages, properties and report card; passages."""

from dataclasses import dataclass, field
from enum import StrEnum

from indexer.model.ids import Locale
from indexer.model.problems import Message, message


class BlockType(StrEnum):
    """The types of blocks."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class BlockLink:
    """The words and the address of a link."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document: a heading, paragraph, list item, table row or footnote.

    `level` is the depth of a heading, from 1, or the nesting of a list item. `anchor`
    is the fragment of a heading's URL. `page` is the page of the file, from 1;
    `page_label` is the printed number where it differs. `cells` are the cells of a
    table row, empty ones included; the row's `text` joins them. `lines` are the lines
    of a short block that its author has broken; a block on one line has none. `size` is
    that of its letters, relative to most of the text; 0 if the file does not have it.
    """

    type: BlockType
    text: str
    anchor: str = ""
    page: int | None = None
    page_label: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()
    links: tuple[BlockLink, ...] = ()
    lines: tuple[str, ...] = ()
    size: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a file, in reading order."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a record under one heading, short enough to quote.

    `file` is the name of the file that contains the passage, if any, and `page` its
    page in that file. `language` is the code of a language that is neither French nor
    English: the words of the passage are then indexed as they are.
    """

    locale: Locale
    text: str
    heading: str = ""
    anchor: str = ""
    page: int | None = None
    file: str = ""
    language: str = ""


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
    language of most of its text, if French or English, and `language` the ISO 639 code
    of any language of Europe. `margins` are the headers and footers, each once, with
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
    language: str = ""
    margins: tuple[Block, ...] = ()


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
