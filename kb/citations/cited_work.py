"""What is cited of a record: its type, title, authors, publisher and date.

Citations, the meta tags and the JSON-LD of pages, and OAI-PMH take these facts from
here. A deliverable stands for the report or article that it describes, an event for the
meeting; any other record is itself the work, which Efus publishes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from indexer.corpus.corpus import Corpus
from indexer.model.codes import UNKNOWN_LICENCE, licence_url
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import ALL_THEMES, DateKind, DeliverableType
from kb.citations.document_address import address_elsewhere
from kb.web.labels import AUDIENCES
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
    BLOG_POST = TypeNames("Text", "Text", "BlogPosting", "post-weblog", ris="BLOG")
    BOOK = TypeNames("Book", "Book", "Book", "book", "book", "BOOK")
    CHAPTER = TypeNames(
        "BookPart", "BookChapter", "Chapter", "chapter", "incollection", "CHAP"
    )
    CONFERENCE_PAPER = TypeNames(
        *("ConferencePaper", "ConferencePaper", "ScholarlyArticle"),
        *("paper-conference", "inproceedings", "CPAPER"),
    )
    DATASET = TypeNames("Dataset", "Dataset", "Dataset", "dataset", ris="DATA")
    DOCUMENT = TypeNames("Text", "Text", "CreativeWork", "document", ris="GEN")
    LAW = TypeNames("Text", "Text", "Legislation", "legislation", ris="STAT")
    NEWS = TypeNames(
        "Text", "Text", "NewsArticle", "article-newspaper", "article", "NEWS"
    )
    SLIDES = TypeNames(
        "Presentation", "Text", "PresentationDigitalDocument", "speech", ris="SLIDE"
    )
    THESIS = TypeNames(
        "Thesis", "Dissertation", "Thesis", "thesis", "phdthesis", "THES"
    )
    WEB_PAGE = TypeNames("Text", "Text", "WebPage")


_REPORT = "c_93fc"
_TYPES: Mapping[DeliverableType, tuple[WorkType, str]] = {
    DeliverableType.ARTICLE: (WorkType.ARTICLE, "c_6501"),  # journal article
    DeliverableType.BLOG_POST: (WorkType.BLOG_POST, "c_6947"),
    DeliverableType.BOOK: (WorkType.BOOK, "c_2f33"),
    DeliverableType.BOOKLET: (WorkType.REPORT, "c_2f33"),  # book
    DeliverableType.CHAPTER: (WorkType.CHAPTER, "c_3248"),  # book part
    DeliverableType.CONFERENCE_PAPER: (WorkType.CONFERENCE_PAPER, "c_5794"),
    DeliverableType.DATASET: (WorkType.DATASET, "c_ddb1"),
    DeliverableType.ETHICS_INVENTORY: (WorkType.REPORT, "c_18op"),  # deliverable
    DeliverableType.GUIDE: (WorkType.REPORT, "c_18cf"),  # text
    DeliverableType.LAW: (WorkType.LAW, "c_18cf"),  # text
    DeliverableType.MANAGEMENT_REPORT: (WorkType.REPORT, "c_18op"),  # deliverable
    DeliverableType.OTHER: (WorkType.DOCUMENT, "c_1843"),
    DeliverableType.POSITION: (WorkType.REPORT, "c_18cf"),  # text
    DeliverableType.POSTER: (WorkType.DOCUMENT, "c_18co"),
    DeliverableType.PRESS_ARTICLE: (WorkType.NEWS, "c_998f"),  # newspaper article
    DeliverableType.PRESS_RELEASE: (WorkType.DOCUMENT, "c_18cf"),  # text
    DeliverableType.SLIDES: (WorkType.SLIDES, "R60J-J5BD"),  # presentation
    DeliverableType.STUDY: (WorkType.REPORT, "c_18ws"),  # research report
    DeliverableType.TECHNICAL_REPORT: (WorkType.REPORT, "c_18gh"),
    DeliverableType.THESIS: (WorkType.THESIS, "c_46ec"),
    DeliverableType.TRAINING: (WorkType.REPORT, "c_e059"),  # learning object
    DeliverableType.WEB_PAGE: (WorkType.WEB_PAGE, "c_7ad9"),  # website
    DeliverableType.WORKING_PAPER: (WorkType.REPORT, "c_8042"),
    DeliverableType.WORKSHOP_REPORT: (WorkType.REPORT, "c_c94f"),  # conference output
}
"""The work that a document is, and the concept of COAR, Resource Types.

A type that COAR lacks has the nearest wider concept. Minutes, plans and white papers
are reports, as COAR defines them.
"""


def resource_type_url(document: Deliverable) -> str:
    """Return the address of the type of a document in the vocabulary of COAR."""
    concept = _TYPES[document.type][1] if document.type in _TYPES else _REPORT
    return f"http://purl.org/coar/resource_type/{concept}"


@dataclass(frozen=True, slots=True)
class Creator:
    """A person, or a body, which has no given name; `url` is its ORCID or ROR."""

    family: str
    given: str = ""
    url: str = ""

    @property
    def is_person(self) -> bool:
        """Whether it is known to be a person."""
        return bool(self.given) or "orcid.org" in self.url

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
        date: when a deliverable appeared or an event began; any other was updated.
        language: the language of a deliverable if known, or that of the words.
        resource_type: the address of the type of a deliverable in the list of COAR.
        licence: the licence of a deliverable if known, as SPDX names it.
        date_kind: what happened to a deliverable on its date, if known.
        end: when an event of several days ended; else None.
        url: the address of a deliverable on another site; "" if its file is here, or if
            no address is known.
        is_here: whether the work itself can be read at the address of its record.
        is_ours: whether Efus publishes the work itself, under its licence.
    """

    type: WorkType
    title: str
    creators: tuple[Creator, ...]
    publisher: str
    publication: str
    number: str
    date: PartialDate | None
    language: str | None
    is_ours: bool
    resource_type: str = ""
    licence: str = ""
    date_kind: DateKind | None = None
    end: PartialDate | None = None
    url: str = ""
    is_here: bool = True

    @property
    def licence_url(self) -> str:
        """The address of the licence of a deliverable, if it has one."""
        return licence_url(self.licence)


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
        creators=(Creator(PUBLISHER_NAME.text(edition.locale)),),
        publisher=PUBLISHER_NAME.text(edition.locale),
        publication="",
        number="",
        date=record.period[0] if is_event else updated,
        language=edition.locale,
        is_ours=True,
        end=_end(record) if is_event else None,
    )


def _end(record: Record) -> PartialDate | None:
    start, end = record.period
    return end if end != start else None


def _document(record: Deliverable, locale: Locale) -> CitedWork:
    is_article = record.type is DeliverableType.ARTICLE
    sources = record.sources if is_article else ()
    publication = next((source.publisher for source in sources if source.publisher), "")
    names = record.authors or tuple(filter(None, record.lead.split(", ")))
    known = publication or record.publisher or record.project or record.lead
    licence = record.licence or next((f.licence for f in record.files if f.licence), "")
    return CitedWork(
        type=_TYPES.get(record.type, (WorkType.REPORT, ""))[0],
        title=cited_line(record.original_title or record.edition(locale).title),
        creators=tuple(
            _creator(name, record.identifiers.get(name, "")) for name in names
        ),
        publisher=cited_line(known),
        publication=cited_line(publication),
        number=cited_line(record.code),
        date=record.date,
        language=record.language,
        is_ours=False,
        resource_type=resource_type_url(record),
        licence="" if licence == UNKNOWN_LICENCE else licence,
        date_kind=record.date_kind,
        url="" if record.files else address_elsewhere(record),
        is_here=bool(record.files),
    )


def subjects(record: Record, corpus: Corpus, locale: Locale) -> Iterator[str]:
    """Yield what a record is about: its themes, places and audiences."""
    for slug in record.themes:
        theme = corpus.get(RecordId(Kind.THEME, slug)) if slug != ALL_THEMES else None
        if theme is not None:
            yield theme.title_for(locale).text
    for slug in record.place_slugs:
        yield corpus.gazetteer[slug].names[locale.value]
    for audience in record.audience_values:
        yield AUDIENCES[audience].text(locale)


def _creator(name: str, url: str) -> Creator:
    printed = cited_line(name)
    match = _INITIALS.fullmatch(printed)
    if match is None:
        return Creator(printed, url=url)
    return Creator(match[2], match[1].strip(), url)


def cited_line(text: str) -> str:
    """Return a text on one line, without control characters: RIS has one per field."""
    return _BLANKS.sub(" ", text).strip()
