"""The items of the lists of a record: what each contains, and its declared fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.schema.declare import part
from indexer.model.schema.field import Shape
from indexer.model.vocabulary import ExperienceKind, LegalRole, SourceStatus, Tagged


@dataclass(frozen=True, slots=True)
class SourceReference:
    """The source of a record: a URL, a name in each language, or both.

    `title` is in the language of the source, a code of ISO 639. `archive` is the
    address of an archived copy. `status` says that the address is an unofficial copy,
    or dead.
    """

    url: str = ""
    names: Mapping[str, str] | None = None
    publisher: str = ""
    title: str = ""
    date: PartialDate | None = None
    language: str = ""
    accessed: PartialDate | None = None
    archive: str = ""
    status: SourceStatus | None = None


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A record to read first on a theme, and why, in one language."""

    record: RecordId
    why: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure and its label, in one language."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class LegalReference:
    """A text of law and what it is to a practice; `country` is a code of ISO 3166-1."""

    act: str
    role: LegalRole | None = None
    country: str = ""
    article: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TownReport:
    """What a town tells of a practice that it tried, or of a need that it has.

    `kind` is how the practice went there. `url` is the address of a document.
    """

    town: str
    year: int | None = None
    kind: ExperienceKind | None = None
    fr: str = ""
    en: str = ""
    url: str = ""

    def words(self, locale: Locale) -> "Title":
        """Return the words in the reader's locale, else in the other."""
        return localized_title({Locale.FR: self.fr, Locale.EN: self.en}, locale)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a recommendation, in one language, and the address of its source."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """What one practice does about one aspect of a need, in one language."""

    aspect: str
    practice: RecordId
    text: str


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file of a deliverable, unchanged since it was received.

    `is_tagged`: whether a PDF has a structure tree for screen readers, if known.
    `language` is a code of ISO 639. `licence`: the licence that the file states, or
    that its owner gave; often unknown.
    """

    name: str
    sha256: str
    size_bytes: int = 0
    language: str | None = None
    pages: int | None = None
    is_tagged: bool | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A verbatim quotation from a page of a deliverable's file."""

    deliverable: RecordId
    file: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A title; `lang` is its locale when that differs from the reader's, else empty."""

    text: str
    lang: str = ""


def localized_title(
    titles: Mapping[Locale, str], locale: Locale, default: str = ""
) -> Title:
    """Return the title in the reader's locale, else in the other, else the default."""
    for each in (locale, locale.other):
        if titles.get(each):
            return Title(titles[each], each.value if each is not locale else "")
    return Title(default)


NAME_PARTS = (
    part(
        "fr",
        "Name in French",
        "What it is, in French, such as « Rapport annuel de la ville ».",
    ),
    part(
        "en",
        "Name in English",
        "What it is, in English, such as “Annual report of the city”.",
    ),
)
SOURCE_PARTS = (
    *NAME_PARTS,
    part("url", "Address", "The complete address, beginning with https://."),
    part(
        "publisher",
        "Publisher",
        "Who published it, such as “City of Milan”.",
        is_folded=True,
    ),
    part(
        "title",
        "Title in its own language",
        "The title of the page or document, in its own language.",
        is_tall=True,
        is_folded=True,
    ),
    part(
        "date",
        "Date",
        "When it was published: 30/10/2018, October 2018 or 2018.",
        is_folded=True,
        of=Shape.DATE,
    ),
    part(
        "language",
        "Language",
        "Its code, such as it for Italian; “und” if nobody can tell.",
        is_folded=True,
        of=Shape.LANGUAGE,
    ),
    part(
        "accessed",
        "Read on",
        "The day on which somebody last read it there.",
        is_folded=True,
        of=Shape.DATE,
    ),
    part(
        "archive",
        "Address of an archived copy",
        "A copy in a public archive, beginning with https://. The page links it.",
        is_folded=True,
        of=Shape.ADDRESS,
    ),
    part(
        "status",
        "State of the address",
        "Only for an unofficial copy, or an address that no longer works.",
        values=SourceStatus,
        is_folded=True,
        of=Shape.CHOICE,
    ),
)
FILE_PARTS = (
    part("name", "Name of the file", is_required=True, has_control=False),
    part("sha256", "Digest of the file", is_required=True, has_control=False),
    part(
        "language",
        "Language",
        "The language of this file. Start typing, then choose; und if nobody can tell.",
        of=Shape.LANGUAGE,
    ),
    part("pages", "Number of pages", "In digits, such as 48.", of=Shape.NUMBER),
    part(
        "tagged",
        "Tagged for screen readers",
        "Whether a screen reader finds headings and lists in the PDF. Leave it "
        "empty if nobody has checked.",
        values=Tagged,
        of=Shape.CHOICE,
    ),
    part(
        "licence",
        "Licence of the file",
        "As the file states it, or as its owner gave it, such as CC-BY-4.0. "
        "Without one, the page says that it is not recorded.",
        of=Shape.LICENCE,
    ),
)
QUOTATION_PARTS = (
    part(
        "deliverable",
        "Deliverable",
        "Start typing the title of the document, then choose.",
        linked=Kind.DELIVERABLE,
        is_required=True,
    ),
    part("file", "File", "The name of its file, such as D2.6.pdf.", is_required=True),
    part(
        "page",
        "Page",
        "The page of the file, counted from its first page.",
        of=Shape.NUMBER,
    ),
    part(
        "text",
        "Words quoted",
        "Word for word, as in the file: the content check compares them.",
        is_required=True,
        is_tall=True,
    ),
)
FIGURE_PARTS = (
    part(
        "value",
        "Figure",
        "The number with its unit, such as 184 or 35 days.",
        is_required=True,
    ),
    part(
        "label",
        "What it measures",
        "What it counts, and when, such as “bikes found in 2017”.",
        is_required=True,
        is_tall=True,
    ),
)
LEGAL_PARTS = (
    part(
        "role",
        "What it is to the practice",
        "Whether the practice relies on it, a court or an authority used it against "
        "the practice, or it is only proposed.",
        values=LegalRole,
        is_required=True,
        of=Shape.CHOICE,
    ),
    part("country", "Country", "Two letters, such as fr; eu for European law."),
    part(
        "act",
        "Act or decision",
        "Its name in its own language, with its date: “Loi n° 2021-1520 du 25 novembre "
        "2021”.",
        is_required=True,
    ),
    part("article", "Article", "Such as L. 251-2."),
    part(
        "url",
        "Address",
        "The complete address, beginning with https://.",
        of=Shape.ADDRESS,
    ),
)
_TOWN = part(
    "town", "Town", "With its country, such as “Gdansk, PL”.", is_required=True
)
_REPORT_REST = (
    part("year", "Year", "The year that it is about, such as 2025.", of=Shape.NUMBER),
    part("fr", "In French", "In two lines at most.", is_tall=True),
    part("en", "In English", "In two lines at most.", is_tall=True),
    part(
        "url",
        "Address of a document",
        "A document that shows it, beginning with https://. Without one, the page says "
        "that only the town says so.",
        of=Shape.ADDRESS,
    ),
)
TOWN_PARTS = (_TOWN, *_REPORT_REST)
EXPERIENCE_PARTS = (
    _TOWN,
    part(
        "kind",
        "How it went there",
        "Whether the town does the same, changed it, or gave it up.",
        values=ExperienceKind,
        is_required=True,
        of=Shape.CHOICE,
    ),
    *_REPORT_REST,
)
POINT_PARTS = (
    part(
        "text",
        "Point",
        "One thing to do or to know, in one sentence.",
        is_required=True,
        is_tall=True,
    ),
    part(
        "url",
        "Address of its source",
        "One of the sources of the record, if the point rests on one.",
        of=Shape.ADDRESS,
    ),
)
ASPECT_PARTS = (
    part(
        "aspect",
        "Aspect",
        "A question that the need raises, in a few words, such as “Who writes”. The "
        "same words make one row.",
        is_required=True,
    ),
    part(
        "practice",
        "Practice",
        "The end of the address of a practice that answers the need, such as "
        "milan-stolen-bikes.",
        linked=Kind.PRACTICE,
        is_required=True,
    ),
    part(
        "text",
        "What it does",
        "What this practice does about it, in a few words.",
        is_required=True,
        is_tall=True,
    ),
)
FIRST_STEP_PARTS = (
    part(
        "record",
        "Record",
        "The end of the address of its page, such as needs/n12.",
        is_required=True,
    ),
    part(
        "why",
        "Why, in a few words",
        "What the reader will find there, such as “contact and trust”.",
        is_required=True,
    ),
)
