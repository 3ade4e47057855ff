"""The eight kinds of record.

A record is one set of facts and, for each locale, an edition: its words. `Record` has
the fields common to all kinds; each subclass adds its own. `LINK_FIELDS` lists the
fields that contain ids of other records, `FIRMNESS_FIELD` names the firmness.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from indexer.model.assessments import Assessment, AssessmentStatus
from indexer.model.dates import PartialDate
from indexer.model.facets import Coverage
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.long_text import NO_TEXT, LongText

ALL_THEMES = "all"


class Confidence(StrEnum):
    """How certain the facts of a record are."""

    SEEN = "seen"
    PARTLY_INFERRED = "partly-inferred"
    INFERRED = "inferred"
    GENERAL_KNOWLEDGE = "general-knowledge"


class Audience(StrEnum):
    """The audiences of recommendations."""

    LAW_ENFORCEMENT = "lea"
    LOCAL = "local"
    NATIONAL = "national"
    EU = "eu"
    INDUSTRY = "industry"
    PLATFORMS = "platforms"
    CIVIL = "civil"
    SCHOOLS = "schools"
    RESEARCH = "research"


class Firmness(StrEnum):
    """How firm a source is: the values of the `source` facet.

    Recommendations, practices and needs each use a subset.
    """

    CONCLUSION = "conclusion"
    GUIDANCE = "guidance"
    PRACTICE_RULE = "practice-rule"
    AGENDA_QUESTION = "agenda-question"
    RELATED = "related"
    SPEAKER = "speaker"
    PRESENTED = "presented"
    CITED = "cited"
    PARTNER = "partner"
    FOLLOW_ON = "follow-on"
    CONTEXT = "context"
    STATED = "stated"
    DERIVED = "derived"


RECOMMENDATION_FIRMNESS = (
    Firmness.CONCLUSION,
    Firmness.GUIDANCE,
    Firmness.PRACTICE_RULE,
    Firmness.FOLLOW_ON,
    Firmness.AGENDA_QUESTION,
    Firmness.RELATED,
    Firmness.SPEAKER,
)
PRACTICE_FIRMNESS = (
    Firmness.PRESENTED,
    Firmness.CITED,
    Firmness.PARTNER,
    Firmness.FOLLOW_ON,
    Firmness.CONTEXT,
)
NEED_FIRMNESS = (Firmness.STATED, Firmness.DERIVED)


class Stage(StrEnum):
    """How far a practice has come."""

    IDEA = "idea"
    PILOT = "pilot"
    IN_USE = "in-use"
    ENDED = "ended"


class EvidenceKind(StrEnum):
    """What kind of evidence the results of a practice rest on."""

    COMPARISON = "comparison"
    BEFORE_AFTER = "before-after"
    OWN_FIGURES = "own-figures"
    ACCOUNT = "account"


class PracticeResult(StrEnum):
    """What an evaluation says of the effect of a practice."""

    WORKED = "worked"
    MIXED = "mixed"
    DID_NOT_WORK = "did-not-work"
    NOT_MEASURED = "not-measured"


class Wording(StrEnum):
    """Who worded a recommendation as an instruction."""

    OURS = "ours"


class SourceStatus(StrEnum):
    """What a reader must know of the address of a source."""

    COPY = "copy"
    DEAD = "dead"


class DeliverableType(StrEnum):
    """The types of deliverables."""

    REPORT = "report"
    WORKSHOP_REPORT = "workshop-report"
    BOOKLET = "booklet"
    ETHICS_INVENTORY = "ethics-inventory"
    CATALOGUE = "catalogue"
    PLAN = "plan"
    MANAGEMENT_REPORT = "management-report"
    ARTICLE = "article"


class Availability(StrEnum):
    """How much of a deliverable is available."""

    COMPLETE = "complete"
    FIRST_PAGES = "first-pages"
    TITLE_ONLY = "title-only"
    NOT_FOUND = "not-found"


class EventType(StrEnum):
    """The types of events."""

    WORKSHOP = "workshop"
    LOCAL = "local"
    EFUS = "efus"
    FOLLOW_ON = "follow-on"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class SourceReference:
    """The source of a record: a URL, a name in each language, or both.

    `title` is in the language of the source, a code of ISO 639-1. `status` says that
    the address is an unofficial copy, or dead.
    """

    url: str = ""
    names: Mapping[str, str] | None = None
    publisher: str = ""
    title: str = ""
    date: PartialDate | None = None
    language: str = ""
    accessed: PartialDate | None = None
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
class OriginalFile:
    """A file of a deliverable, unchanged since it was received.

    `is_tagged`: whether a PDF has a structure tree for screen readers, if known.
    `licence`: the licence that the file states, or that its owner gave; often unknown.
    """

    name: str
    sha256: str
    size_bytes: int = 0
    language: Locale | None = None
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


_FACT_HEADINGS = {Locale.FR: "Pour décider", Locale.EN: "To decide"}
_FAILURE_HEADINGS = {
    Locale.FR: "Ce qui n’a pas marché",
    Locale.EN: "What did not work",
}
_LIMITS_HEADINGS = {Locale.FR: "Limites", Locale.EN: "Limits"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The words of a record in one locale.

    `body` is Markdown as stored. French typography is applied when the body is
    rendered, since texts may be long and most are never read. `questions` are what
    readers may type who need this record, in other words than those of its text; each
    language has its own.
    """

    locale: Locale
    title: str
    summary: str
    body: LongText = NO_TEXT
    variants: tuple[str, ...] = ()
    who: str = ""
    host: str = ""
    participants: str = ""
    date_note: str = ""
    figures: tuple[Figure, ...] = ()
    stage_note: str = ""
    means_people: str = ""
    means_time: str = ""
    means_money: str = ""
    means_tools: str = ""
    evaluation_by: str = ""
    evaluation_method: str = ""
    evaluation_measured: str = ""
    transfer_needs: str = ""
    transfer_obstacles: str = ""
    contact: str = ""
    legal_basis: str = ""
    did_not_work: tuple[str, ...] = ()
    start_mayor: tuple[FirstStep, ...] = ()
    start_police: tuple[FirstStep, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def text(self) -> LongText:
        """The body, and what did not work as a section before the limits."""
        if not self.did_not_work:
            return self.body
        items = "".join(f"- {each}\n" for each in self.did_not_work)
        section = f"## {_FAILURE_HEADINGS[self.locale]}\n\n{items}"
        limits = f"## {_LIMITS_HEADINGS[self.locale]}\n"
        before, heading, after = str(self.body).partition(limits)
        return LongText(f"{before.rstrip()}\n\n{section}\n{heading}{after}")

    @property
    def searched_text(self) -> LongText:
        """The text, and the facts to decide by, which the page shows in a strip."""
        notes = [note for name in PRACTICE_NOTES if (note := getattr(self, name))]
        if not notes:
            return self.text
        facts = "".join(f"- {each}\n" for each in notes)
        return LongText(f"{self.text}\n\n## {_FACT_HEADINGS[self.locale]}\n\n{facts}")


PRACTICE_NOTES = (
    "stage_note",
    *("means_people", "means_time", "means_money", "means_tools"),
    *("evaluation_by", "evaluation_method", "evaluation_measured"),
    *("transfer_needs", "transfer_obstacles"),
    "contact",
    "legal_basis",
)
"""The fields of an edition that say what it takes to decide on a practice."""


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


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A link from a field of a record to another record."""

    field: str
    target: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The fields common to all kinds of record."""

    LINK_FIELDS: ClassVar[tuple[str, ...]] = ()
    FIRMNESS_FIELD: ClassVar[str] = ""

    id: RecordId
    updated: dt.date
    editions: tuple[Edition, ...]
    themes: tuple[str, ...] = ()
    sources: tuple[SourceReference, ...] = ()
    confidence: Confidence | None = None
    inferred: tuple[str, ...] = ()
    mentions: tuple[RecordId, ...] = ()
    """Ids of the records that the texts link to, in either language."""
    former_ids: tuple[RecordId, ...] = ()
    """Ids of records that became part of this one; their addresses lead here."""
    checked: tuple[str, ...] = field(default=(), repr=False)
    """What warnings name and a person found right; the index does not depend on it."""

    def edition(self, locale: Locale) -> Edition:
        """Return the edition of a locale, or the other edition when there is none."""
        return next((e for e in self.editions if e.locale == locale), self.editions[0])

    def title_for(self, locale: Locale) -> Title:
        """Return the title in a reader's locale, or in the other locale."""
        titles = {each.locale: each.title for each in self.editions}
        return localized_title(titles, locale, self.id.slug)

    def has_edition(self, locale: Locale) -> bool:
        """Return whether the record has an edition in a locale."""
        return any(edition.locale == locale for edition in self.editions)

    @property
    def links(self) -> Iterator[RecordLink]:
        """Links to other records, first from fields and then from texts."""
        for name in self.LINK_FIELDS:
            for target in getattr(self, name):
                yield RecordLink(name, target)
        for theme in self.themes:
            if theme != ALL_THEMES:
                yield RecordLink("themes", RecordId(Kind.THEME, theme))
        for target in self.mentions:
            yield RecordLink("mentions", target)

    @property
    def firmness(self) -> Firmness | None:
        """How firm the source is; None for kinds without firmness."""
        firmness: Firmness | None = getattr(self, self.FIRMNESS_FIELD, None)
        return firmness

    @property
    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """The start and end dates, each None when unknown."""
        return getattr(self, "date", None), getattr(self, "end_date", None)

    @property
    def sort_date(self) -> str:
        """The first day of the last date, in ISO format; empty when unknown."""
        start, end = self.period
        last = end or start
        return str(last.first_day) if last is not None else ""

    @property
    def tells_failures(self) -> bool:
        """Whether an edition tells what did not work."""
        return any(edition.did_not_work for edition in self.editions)

    @property
    def assessment_status(self) -> AssessmentStatus | None:
        """Whether the record is assessed; None for kinds that cannot be assessed."""
        if not isinstance(self, Practice | Recommendation):
            return None
        return (
            AssessmentStatus.NONE if self.assessment is None else self.assessment.status
        )

    @property
    def coverage(self) -> Coverage | None:
        """Whether a record answers this need; None for other kinds."""
        return None

    @property
    def place_slugs(self) -> tuple[str, ...]:
        """Slugs of places; empty for kinds without places."""
        return (*getattr(self, "places", ()),)

    @property
    def audience_values(self) -> tuple[Audience, ...]:
        """Audiences; empty for kinds without audiences."""
        return (*getattr(self, "audiences", ()),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable(Record):
    """A report; `project` is empty for reports outside projects."""

    LINK_FIELDS = ("events",)

    type: DeliverableType
    availability: Availability
    audiences: tuple[Audience, ...] = ()
    code: str = ""
    original_title: str = ""
    language: Locale | None = None
    project: str = ""
    lead: str = ""
    authors: tuple[str, ...] = ()
    date: PartialDate | None = None
    pages: int | None = None
    events: tuple[RecordId, ...] = ()
    files: tuple[OriginalFile, ...] = ()

    def file(self, name: str) -> OriginalFile | None:
        """Return the file of a name, or None."""
        return next((each for each in self.files if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice(Record):
    """An action of a city, a police force or another body."""

    LINK_FIELDS = ("events", "deliverables")
    FIRMNESS_FIELD = "link_to_project"

    link_to_project: Firmness
    audiences: tuple[Audience, ...] = ()
    stage: Stage | None = None
    stage_date: PartialDate | None = None
    evidence: EvidenceKind | None = None
    result: PracticeResult | None = None
    contact_page: str = ""
    places: tuple[str, ...] = ()
    date: PartialDate | None = None
    end_date: PartialDate | None = None
    events: tuple[RecordId, ...] = ()
    deliverables: tuple[RecordId, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Record):
    """One action, addressed to named audiences."""

    LINK_FIELDS = ("events", "deliverables", "practices")
    FIRMNESS_FIELD = "stated_firmness"

    stated_firmness: Firmness
    wording: Wording | None = None
    audiences: tuple[Audience, ...] = ()
    events: tuple[RecordId, ...] = ()
    deliverables: tuple[RecordId, ...] = ()
    practices: tuple[RecordId, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Record):
    """An ability that local actors need."""

    LINK_FIELDS = ("events", "practices", "recommendations")
    FIRMNESS_FIELD = "basis"

    basis: Firmness
    audiences: tuple[Audience, ...] = ()
    events: tuple[RecordId, ...] = ()
    practices: tuple[RecordId, ...] = ()
    recommendations: tuple[RecordId, ...] = ()
    quotations: tuple[Quotation, ...] = ()

    @property
    def answers(self) -> tuple[RecordId, ...]:
        """The practices, then the recommendations that answer it."""
        return (*self.practices, *self.recommendations)

    @property
    def coverage(self) -> Coverage:
        """Whether a record answers it."""
        return Coverage.SOME if self.answers else Coverage.NONE


QuotingRecord = Practice | Recommendation | Need
"""The records that quote the files of deliverables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """A workshop or a meeting."""

    LINK_FIELDS = ("deliverables",)

    type: EventType
    number: int | None = None
    date: PartialDate | None = None
    end_date: PartialDate | None = None
    places: tuple[str, ...] = ()
    registration: str = ""
    """The address of the page where one registers."""
    languages: tuple[str, ...] = ()
    """The languages spoken, as codes of ISO 639-1."""
    deliverables: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Record):
    """One of the six themes; its page lists all records on it."""

    LINK_FIELDS = ("events",)

    order: int = 0
    events: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm(Record):
    """An entry of the glossary; its title is the preferred term."""

    LINK_FIELDS = ("broader", "related")

    broader: tuple[RecordId, ...] = ()
    related: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Record):
    """A page about the knowledge base itself."""
