"""The view model of a record's page: sections, facts, links, citation."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from babel.dates import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from indexer.model.codes import licence_url
from indexer.model.dates import PartialDate
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable, Event, Practice
from kb.database.source_links import SourceLink
from kb.public.lists.events import languages_text
from kb.public.maps.inset import InsetMap, inset_map
from kb.public.record.answers import (
    NeedParts,
    PracticeExamples,
    need_parts,
    practice_examples,
)
from kb.public.record.assessment_view import AssessmentView, assessment_view
from kb.public.record.citation_box import CitationBox, citation_box
from kb.public.record.facts import PracticeFacts, StripFact, fact_strip, practice_facts
from kb.public.record.linked_records import (
    LinkedRecords,
    SeeAlsoGroup,
    grouped_links,
    see_also,
)
from kb.public.record.sources import (
    DocumentAccess,
    Provenance,
    document_access,
    provenance,
)
from kb.public.record.text_parts import (
    ContentsLink,
    ListedText,
    RecordText,
    TextParts,
    listed_text,
    page_contents,
    record_text,
)
from kb.public.record.town_reports import TownReports, town_reports
from kb.public.timeline.moments import is_upcoming
from kb.web.date_text import BABEL_LOCALES, date_text, period_text
from kb.web.help_box import HelpBox, help_box
from kb.web.labels import MISSING_EDITIONS
from kb.web.licence import licence_name
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card, title_link
from kb.web.records.counts import CoverageView, coverage_of
from kb.web.records.file_links import (
    FileView,
    QuotationView,
    file_views,
    quotation_views,
)
from kb.web.records.record_groups import theme_class
from kb.web.urls import COMPARED_KINDS, compare_url, list_url
from kb.web.value_labels import value_label


@dataclass(frozen=True, slots=True)
class CalendarLeaf:
    """The first day of an event as a leaf of a calendar: April 2027, 15, Thursday."""

    iso: str
    month: str
    day: str
    weekday: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of an event: each point with the recommendations that it links."""

    text: ListedText
    points: tuple[tuple[Markup, tuple[Card, ...]], ...]


@dataclass(frozen=True, slots=True)
class EventState:
    """Whether an event is still to come.

    Attributes:
        is_to_come: whether its last day is not over.
        date: its date or period in words.
        leaf: its first day; None if the event is past or the day is not known.
        registration: the address of the page to register; "" if it is not known, or
            the event has begun.
        languages: the languages spoken, in words; "" if they are not known.
        outcome: the points of what came out of it, if a recommendation has one of them.
        sessions: what the text says of each session, if it lists them.
        has_no_outcome: whether the event is past and the record has no outcome: no part
            of the text, no recommendation and no deliverable.
    """

    is_to_come: bool
    date: str
    leaf: CalendarLeaf | None
    registration: str
    languages: str
    outcome: Outcome | None
    sessions: ListedText | None
    has_no_outcome: bool


def event_state(
    record: Record,
    parts: TextParts,
    linked: LinkedRecords,
    locale: Locale,
    today: dt.date,
) -> EventState | None:
    """Return the state of an event on a day; None for another kind of record."""
    if not isinstance(record, Event):
        return None
    is_to_come = is_upcoming(record, today)
    start, end = record.period
    has_begun = start is not None and start.first_day <= today
    return EventState(
        is_to_come=is_to_come,
        date=period_text(start, end, locale),
        leaf=_leaf(start, locale) if is_to_come and start is not None else None,
        languages=languages_text(record, locale),
        registration=record.registration if is_to_come and not has_begun else "",
        outcome=_outcome(parts, linked),
        sessions=listed_text(parts.sessions),
        has_no_outcome=not is_to_come and not _has_outcome(parts, linked),
    )


def _outcome(parts: TextParts, linked: LinkedRecords) -> Outcome | None:
    """Return the points of an outcome; None if no recommendation has one of them."""
    listed = listed_text(parts.outcome)
    cards = [card for group in linked.before for card in group.cards]
    if listed is None:
        return None
    points = [
        (item, tuple(card for card in cards if f'href="{card.url}"' in item))
        for item in listed.items
    ]
    has_cards = any(found for _item, found in points)
    return Outcome(listed, tuple(points)) if has_cards else None


def _has_outcome(parts: TextParts, linked: LinkedRecords) -> bool:
    outcomes = (Kind.RECOMMENDATION, Kind.DELIVERABLE)
    return parts.outcome is not None or any(
        linked_id.kind in outcomes for linked_id in linked.ids
    )


def _leaf(date: PartialDate, locale: Locale) -> CalendarLeaf | None:
    if date.day is None:
        return None
    return CalendarLeaf(
        iso=str(date),
        month=date_text(PartialDate(date.year, date.month), locale),
        day=str(date.day),
        weekday=format_date(date.first_day, "EEEE", locale=BABEL_LOCALES[locale]),
    )


LONG_FIGURE = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name; `lang` is set if it is in another language."""

    name: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that a page in `locale` shows; `lang` is set if the edition is in another."""

    record: Record
    card: Card
    edition: Edition
    lang: str
    locale: Locale
    inset: InsetMap | None
    need: NeedParts
    strip: tuple[StripFact, ...]
    contents: tuple[ContentsLink, ...]
    text: RecordText
    pairs: tuple[Pair, ...]
    practice: PracticeFacts | None
    event: EventState | None
    access: DocumentAccess | None
    examples: PracticeExamples
    assessment: AssessmentView | None
    linked: LinkedRecords
    see_also: tuple[SeeAlsoGroup, ...]
    provenance: Provenance
    citation: CitationBox
    is_in_dossier: bool
    files: tuple[FileView, ...]
    quotations: tuple[QuotationView, ...]
    help: HelpBox | None

    @property
    def kind(self) -> Kind:
        """The kind of the record."""
        return self.record.id.kind

    @property
    def list_url(self) -> str:
        """The address of the list of its kind; "" for a page."""
        return "" if self.kind is Kind.PAGE else list_url(self.kind, self.locale)

    @property
    def compare_url(self) -> str:
        """The address of a comparison to complete; "" for kinds that have none."""
        is_compared = self.kind in COMPARED_KINDS
        return compare_url(self.locale, (self.record.id,)) if is_compared else ""

    @property
    def updated(self) -> str:
        """The day of the last change, in words."""
        return date_text(PartialDate.of(self.record.updated), self.locale)

    @property
    def has_points(self) -> bool:
        """Whether the page begins with a sentence or points, before the long text."""
        return bool(self.edition.lead or self.edition.points)

    @property
    def missing_note(self) -> str:
        """The note on the language of the page, if it has no edition in it."""
        return str(MISSING_EDITIONS[self.edition.locale.other]) if self.lang else ""

    @property
    def town_reports(self) -> TownReports | None:
        """What towns tell of a practice or a need; None for another kind."""
        return town_reports(self.record, self.locale)

    @property
    def coverage(self) -> CoverageView | None:
        """How many records answer a need; None for other kinds."""
        return coverage_of(self.record)

    @property
    def theme_class(self) -> str:
        """The class of the colours of the first theme."""
        return theme_class(next(iter(self.record.themes), ""))

    @property
    def has_long_figures(self) -> bool:
        """Whether a figure is too long for a quarter of the column."""
        return any(len(figure.value) > LONG_FIGURE for figure in self.edition.figures)


def record_view(  # noqa: PLR0913  # the record, what it is beside, and who asks
    record: Record,
    content: PageContent,
    *,
    similar: Collection[RecordId],
    beside: Collection[RecordId],
    dossier: Collection[RecordId],
    today: dt.date,
    dead: Mapping[str, SourceLink],
    typed: str = "",
    page: int = 1,
) -> RecordView:
    """Return the view of a record, in the language of the page if it is written in it.

    `similar` are ids, the most similar first, `beside` those of the page around it.
    `dead` are addresses that do not answer, `typed` words to mark, `page` of the links.
    """
    locale, edition = content.locale, record.edition(content.locale)
    linked = grouped_links(record, content, page)
    assessment = assessment_view(record, locale)
    strip = fact_strip(record, edition, content, assessment)
    need = need_parts(record, edition, content)
    shown = {*beside, *linked.ids, *_listed(strip, need)}
    text = record_text(record.id.kind, edition, locale, typed)
    return RecordView(
        record=record,
        card=record_card(record, content),
        edition=edition,
        lang=lang_if_other(edition.locale, locale),
        locale=locale,
        inset=inset_map([record], content),
        need=need,
        strip=strip,
        text=text,
        contents=page_contents(record, edition, text, linked),
        pairs=_pairs(record, locale),
        practice=_practice(record, edition),
        event=event_state(record, text.parts, linked, locale, today),
        access=document_access(record, locale),
        examples=practice_examples(record, content),
        assessment=assessment,
        linked=linked,
        see_also=see_also(record, similar, content, shown=shown),
        provenance=provenance(record, locale, dead),
        citation=citation_box(record, locale),
        is_in_dossier=record.id in dossier,
        files=file_views(record, content),
        quotations=quotation_views(record, content),
        help=help_box((record,), content.corpus, locale),
    )


def _listed(strip: Iterable[StripFact], need: NeedParts) -> Iterator[RecordId]:
    """Yield the records that the strip and the column beside the text link."""
    for cards in (need.near, *(fact.links for fact in strip)):
        yield from (card.id for card in cards)


def _practice(record: Record, edition: Edition) -> PracticeFacts | None:
    return practice_facts(record, edition) if isinstance(record, Practice) else None


def _pairs(record: Record, locale: Locale) -> tuple[Pair, ...]:
    pairs = [Pair(_("Also covers former records"), _former_ids(record))]
    if isinstance(record, Deliverable):
        title, title_lang = (
            record.original_title,
            lang_if_other(record.language, locale),
        )
        if title == record.edition(locale).title:  # which heads the page
            title = ""
        pairs += [
            Pair(_("Title on the cover"), title, title_lang),
            Pair(_("Project"), record.project),
            Pair(_("Authors"), _agents(record, *record.authors)),
            Pair(_("Publisher"), _agents(record, record.publisher)),
            Pair(_("Licence"), _licence(record)),
        ]
        if record.date_kind is not None:
            pairs.append(Pair(_("Kind of date"), value_label(record.date_kind)))
    return tuple(pair for pair in pairs if pair.value)


def _agents(record: Deliverable, *names: str) -> Markup:
    """Return names as HTML, those with an ORCID or a ROR as links to it."""
    known = record.identifiers
    links = (
        title_link(known[name], name) if name in known else escape(name)
        for name in names
    )
    return Markup(", ").join(links)


def _licence(record: Deliverable) -> str:
    url, licence = licence_url(record.licence), licence_name(record.licence)
    return title_link(url, licence) if url else licence


def _former_ids(record: Record) -> str:
    """Return the former ids of a record, those of other kinds with their folder."""
    kind = record.id.kind
    return ", ".join(
        former.slug if former.kind is kind else str(former)
        for former in record.former_ids
    )
