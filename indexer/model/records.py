"""The eight kinds of record, with the facts that both languages share.

Each class declares its facts once: what a field contains, its label and help, its place
in the form, and where pages, tables and the search have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model.assessments import Assessment
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import (
    FILE_PARTS,
    LegalReference,
    OriginalFile,
    Quotation,
    Title,
    TownReport,
)
from indexer.model.schema import common, declare, layout
from indexer.model.schema.field import Search
from indexer.model.vocabulary import (
    NEED_FIRMNESS,
    PRACTICE_FIRMNESS,
    RECOMMENDATION_FIRMNESS,
    STATED_STAGES,
    Aim,
    Audience,
    Availability,
    Concern,
    Coverage,
    DateKind,
    DeliverableType,
    EventType,
    EvidenceKind,
    Firmness,
    PracticeResult,
    Stage,
    Wording,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable(Record):
    """A report; `project` is empty for reports outside projects."""

    code: str = declare.text(
        "Code",
        "The number on the cover, such as D2.6. Leave it empty if there is none.",
        detail_of=layout.TYPE_LINE,
        search=Search.NAME,
    )
    original_title: str = declare.text(
        "Title on the cover",
        "The title as it is on the cover, in the language of the document. "
        "Citations use it.",
        search=Search.KEYWORD,
    )
    type: DeliverableType = declare.choice(
        "Type",
        "What type of document it is. Readers see it among the facts.",
        values=DeliverableType,
        is_required=True,
        fallback=DeliverableType.REPORT,
        strip=layout.TYPE_LINE,
    )
    themes: tuple[str, ...] = common.themes()
    events: tuple[RecordId, ...] = common.events()
    project: str = declare.text(
        "Project", "The project that the document comes from, such as MEDI@4SEC."
    )
    lead: str = declare.text(
        "Lead organisation",
        "The organisation in charge, as on the cover. Its ROR may follow the name.",
        has_identifiers=True,
        strip=layout.LEAD_LINE,
        search=Search.KEYWORD,
    )
    authors: tuple[str, ...] = common.authors()
    publisher: str = common.document_publisher()
    audiences: tuple[Audience, ...] = common.audience_choice()
    date: PartialDate | None = common.date(
        "A day, a month or a year: 30/10/2018, October 2018, 2018. Lists are "
        "sorted by it.",
        strip=layout.DATE_LINE,
    )
    date_kind: DateKind | None = common.date_kind()
    language: str | None = common.language()
    licence: str = common.licence()
    pages: int | None = declare.number(
        "Number of pages",
        "In digits, such as 48. Readers see it before they open the file.",
        strip=layout.PAGES_LINE,
    )
    availability: Availability = declare.choice(
        "How much was read",
        "How much of the text somebody has read for this record. The page says so.",
        values=Availability,
        is_required=True,
        fallback=Availability.NOT_FOUND,
        strip=layout.TEXT_LINE,
    )
    files: tuple[OriginalFile, ...] = declare.items(
        "Files",
        "What readers learn about each file before they open it.",
        parts=FILE_PARTS,
    )

    identifiers: Mapping[str, str] = field(default_factory=dict)
    """The addresses of the ORCID or ROR of authors and bodies, by their names."""

    def title_for(self, locale: Locale) -> Title:
        """Return the title in a reader's locale, or that on the cover."""
        title = Record.title_for(self, locale)
        if title.text != self.original_title or not self.language:
            return title
        return Title(title.text, self.language if self.language != locale else "")

    def file(self, name: str) -> OriginalFile | None:
        """Return the file of a name, or None."""
        return next((file for file in self.files if file.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice(Record):
    """An action of a city, a police force or another body."""

    themes: tuple[str, ...] = common.themes()
    link_to_project: Firmness = common.firmness(
        "Link with the project",
        "How the project knew the practice. Four bars show it on the page and "
        "in lists.",
        PRACTICE_FIRMNESS,
        Firmness.CONTEXT,
    )
    audiences: tuple[Audience, ...] = common.audience_choice()
    places: tuple[str, ...] = common.places(strip=layout.WHERE_LINE)
    date: PartialDate | None = common.date(
        "When it began: 30/10/2018, October 2018, 2018. Lists are sorted by it.",
        group=layout.PERIOD,
        strip=layout.WHEN_LINE,
    )
    end_date: PartialDate | None = common.end_date(
        "When it ended, written like the date. Leave it empty while it goes on.",
        group=layout.PERIOD,
        is_beside=True,
    )
    stage: Stage | None = declare.choice(
        "Stage",
        "How far it has come. Readers filter practices by it.",
        values=STATED_STAGES,
        group=layout.STAGE,
        row=layout.STAGE_ROW,
        detail_of=layout.WHEN_LINE,
    )
    stage_date: PartialDate | None = declare.date(
        "Date of the stage",
        "The day of the last news if it is in use, the end if it has ended. "
        "Written like the date.",
        group=layout.STAGE,
        is_beside=True,
    )
    last_news: PartialDate | None = declare.date(
        "Date of the last news",
        "The day of the newest source that speaks of it. Three years later, the page "
        "says that there has been no news since.",
        group=layout.STAGE,
    )
    last_news_source: str = declare.address(
        "Source of the last news",
        "The address of that source, beginning with https://.",
        group=layout.STAGE,
        is_beside=True,
    )
    aim: tuple[Aim, ...] = declare.choices(
        "Aim",
        "What it is meant to change: one or two. The atlas sorts practices by it.",
        values=Aim,
        group=layout.AIM,
    )
    evidence: EvidenceKind | None = declare.choice(
        "Kind of evidence",
        "What the results rest on, according to the sources. Readers filter "
        "practices by it.",
        values=EvidenceKind,
        group=layout.EVALUATION,
        after="evaluation_measured",
        row=layout.EVALUATION_ROW,
        statement="Evidence",
        detail_of=layout.EFFECT_LINE,
    )
    result: PracticeResult | None = declare.choice(
        "Result",
        "Whether it worked, according to the sources. “Not measured” if nobody "
        "measured the effect.",
        values=PracticeResult,
        group=layout.EVALUATION,
        is_beside=True,
        after="evidence",
        row=layout.EVALUATION_ROW,
        strip=layout.EFFECT_LINE,
    )
    legal_ref: tuple[LegalReference, ...] = common.legal_references()
    contact_page: str = declare.address(
        "Public page of the contact",
        "A public page of that body, beginning with https://. The page links it.",
        group=layout.CONTACT,
        after="contact",
        row=layout.CONTACT_ROW,
    )
    experiences: tuple[TownReport, ...] = common.experiences()
    events: tuple[RecordId, ...] = common.events(group=layout.LINKS)
    deliverables: tuple[RecordId, ...] = common.deliverables(
        "Documents that describe it. Start typing a title, then choose; both "
        "pages show the link.",
        group=layout.LINKS,
    )
    quotations: tuple[Quotation, ...] = common.quotations()
    assessment: Assessment | None = None
    no_news_since: PartialDate | None = None
    """The date of the last news, if it was too long ago on the day of reading."""

    @property
    def current_stage(self) -> Stage | None:
        """The stage, or that there is no news."""
        return Stage.NO_NEWS if self.no_news_since is not None else self.stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Record):
    """One action, addressed to named audiences."""

    themes: tuple[str, ...] = common.themes()
    stated_firmness: Firmness = common.firmness(
        "Reliability of the source",
        "Who says it, and how: this speaks of the source, never of the effect. "
        "The most reliable come first in lists.",
        RECOMMENDATION_FIRMNESS,
        Firmness.RELATED,
        name="firmness",
    )
    wording: Wording | None = declare.choice(
        "Wording",
        "Only if the source does not word it as an instruction. The page then says so.",
        values=Wording,
    )
    audiences: tuple[Audience, ...] = common.audience_choice(
        is_required=True, row=layout.AUDIENCE_ROW, strip=layout.FOR_WHOM_LINE
    )
    events: tuple[RecordId, ...] = common.events()
    deliverables: tuple[RecordId, ...] = common.deliverables(
        "Documents that describe it. Start typing a title, then choose; both "
        "pages show the link."
    )
    practices: tuple[RecordId, ...] = common.practices(
        "Practices that illustrate it. Start typing a title, then choose; both "
        "pages show the link.",
        row=layout.EXAMPLE_ROW,
    )
    quotations: tuple[Quotation, ...] = common.quotations()
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Record):
    """An ability that local actors need."""

    themes: tuple[str, ...] = common.themes()
    basis: Firmness = common.firmness(
        "Basis of the need",
        "Whether the source states the need, or the need follows from what it "
        "describes. The page says which.",
        NEED_FIRMNESS,
        Firmness.DERIVED,
    )
    audiences: tuple[Audience, ...] = common.audience_choice(
        strip=layout.CONCERNED_LINE
    )
    victim: Concern | None = common.victim()
    events: tuple[RecordId, ...] = common.events(strip=layout.EXPRESSED_LINE)
    practices: tuple[RecordId, ...] = common.practices(
        "Practices that answer it. Start typing a title, then choose; both "
        "pages show the link."
    )
    recommendations: tuple[RecordId, ...] = declare.records(
        "Recommendations",
        "Recommendations that answer it. Start typing a title, then choose; "
        "both pages show the link.",
        linked=Kind.RECOMMENDATION,
    )
    towns: tuple[TownReport, ...] = common.towns()
    quotations: tuple[Quotation, ...] = common.quotations()

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

    type: EventType = declare.choice(
        "Type",
        "Who organised it, and how it is linked with the project. Readers see "
        "it beside the date.",
        values=EventType,
        is_required=True,
        fallback=EventType.RELATED,
        strip=layout.TYPE_LINE,
    )
    number: int | None = declare.number(
        "Number",
        "Its number among the workshops of the project, such as 4. Leave it "
        "empty for other events.",
        search=Search.KEYWORD,
    )
    themes: tuple[str, ...] = common.themes()
    date: PartialDate | None = common.date(
        "The first day: 30/10/2018, October 2018, 2018. An event to come is on "
        "the home page and in calendars.",
        strip=layout.EVENT_DATE_LINE,
    )
    end_date: PartialDate | None = common.end_date(
        "Written like the date; only when it lasted longer than a day."
    )
    places: tuple[str, ...] = common.places(strip=layout.EVENT_PLACE_LINE)
    registration: str = declare.address(
        "Page to register",
        "The page where people register, beginning with https://. It is shown "
        "until the event has taken place.",
    )
    """The address of the page where one registers."""
    languages: tuple[str, ...] = declare.languages(
        "Languages spoken (codes: fr, en)",
        "One code per line: fr, en. The page of an event to come shows them.",
    )
    """The languages spoken, as codes of ISO 639-1."""
    deliverables: tuple[RecordId, ...] = common.deliverables(
        "Documents that resulted from it. Start typing a title, then choose; "
        "both pages show the link."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Record):
    """One of the six themes; its page lists all records on it."""

    order: int = declare.number(
        "Order in the list of themes",
        "1 is first in lists of themes.",
        default=0,
        fallback=0,
    )
    events: tuple[RecordId, ...] = common.events()
    victim: Concern | None = common.victim()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm(Record):
    """An entry of the glossary; its title is the preferred term."""

    themes: tuple[str, ...] = common.themes()
    victim: Concern | None = common.victim()
    broader: tuple[RecordId, ...] = declare.records(
        "Broader terms",
        "Terms with a wider meaning. Start typing, then choose; the glossary "
        "shows both as related.",
        linked=Kind.TERM,
    )
    related: tuple[RecordId, ...] = declare.records(
        "Related terms",
        "Terms that one should read too. Start typing, then choose; the "
        "glossary links both.",
        linked=Kind.TERM,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Record):
    """A page about the knowledge base itself."""
