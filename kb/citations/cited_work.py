"""What is cited of a record: its type, title, authors, publisher and date.

Citations, the meta tags and the JSON-LD of pages, and OAI-PMH take these facts from
here. A deliverable stands for the report or article that it describes, an event for the
meeting; any other record is itself the work, which Efus publishes.
"""

import re
from dataclasses import dataclass
from enum import Enum

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import DeliverableType
from kb.web.locale import lazy_gettext as _l

PUBLISHER = "Efus"
PUBLISHER_NAME = _l("European Forum for Urban Security (Efus)")
PUBLISHER_URL = "https://efus.eu/"
SITE_NAMES = {
    Locale.FR: "Innovation et Sécurité",
    Locale.EN: "Innovation and Security",
}

_INITIALS = re.compile(r"((?:[^\W\d_]{1,2}\.[ -]?)+) *([^\W\d_].*)")
"""A person as reports print the name: « P. van den Brink »."""

_BLANKS = re.compile(r"[\x00-\x20\x7f]+")


@dataclass(frozen=True, slots=True)
class TypeNames:
    """The names of a type of work in the formats that cite it."""

    dublin_core: str
    datacite: str
    schema_org: str
    csl: str = "webpage"
    bibtex: str = "misc"
    ris: str = "ELEC"


class WorkType(Enum):
    """The types of what a record stands for; without a document, a page is cited."""

    REPORT = TypeNames("Report", "Report", "Report", "report", "techreport", "RPRT")
    ARTICLE = TypeNames("Article", "JournalArticle", "Article")
    EVENT = TypeNames("Event", "Event", "Event")
    TEXT = TypeNames("Text", "Text", "Article")


@dataclass(frozen=True, slots=True)
class Creator:
    """A person, or a body, which has no given name."""

    family: str
    given: str = ""

    @property
    def name(self) -> str:
        """The name as it is printed: « A. de Vries »."""
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """The name to sort by: « de Vries, A. »."""
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True, slots=True)
class CitedWork:
    """What is cited of a record in the language of a reader, each text on one line.

    Attributes:
        type: what the record stands for.
        title: the title on the cover of a deliverable, or else that of the record.
        creators: the persons, or else the bodies that led the work; Efus for any record
            but a deliverable.
        publisher: who published a deliverable, if known; Efus for any other record.
        publication: where an article appeared, as its first source says; or "".
        number: the number of a report.
        date: when a deliverable appeared or an event was; any other was updated.
        language: the language of a deliverable if known, or that of the words.
        is_ours: whether Efus publishes the work itself, under its licence.
    """

    type: WorkType
    title: str
    creators: tuple[Creator, ...]
    publisher: str
    publication: str
    number: str
    date: PartialDate | None
    language: Locale | None
    is_ours: bool


def cited_work(record: Record, locale: Locale) -> CitedWork:
    """Return what is cited of a record, in the language of a reader."""
    if isinstance(record, Deliverable):
        return _document(record, locale)
    edition = record.edition(locale)
    is_event = record.id.kind is Kind.EVENT
    day = record.updated
    updated = PartialDate(day.year, day.month, day.day)
    return CitedWork(
        type=WorkType.EVENT if is_event else WorkType.TEXT,
        title=cited_line(edition.title),
        creators=(Creator(PUBLISHER),),
        publisher=PUBLISHER,
        publication="",
        number="",
        date=record.period[0] if is_event else updated,
        language=edition.locale,
        is_ours=True,
    )


def _document(record: Deliverable, locale: Locale) -> CitedWork:
    is_article = record.type is DeliverableType.ARTICLE
    sources = record.sources if is_article else ()
    publication = next((source.publisher for source in sources if source.publisher), "")
    names = record.authors or tuple(filter(None, record.lead.split(", ")))
    return CitedWork(
        type=WorkType.ARTICLE if is_article else WorkType.REPORT,
        title=cited_line(record.original_title or record.edition(locale).title),
        creators=tuple(map(_creator, names)),
        publisher=cited_line(publication or record.project or record.lead),
        publication=cited_line(publication),
        number=cited_line(record.code),
        date=record.date,
        language=record.language,
        is_ours=False,
    )


def _creator(name: str) -> Creator:
    printed = cited_line(name)
    match = _INITIALS.fullmatch(printed)
    return Creator(match[2], match[1].strip()) if match else Creator(printed)


def cited_line(text: str) -> str:
    """Return a text on one line, without control characters: RIS has one per field."""
    return _BLANKS.sub(" ", text).strip()
