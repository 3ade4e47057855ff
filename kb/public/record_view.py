"""The view model of a record's page: sections, facts, links, citation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Edition, Event, Practice, Record
from kb.public.assessment_view import AssessmentView, assessment_view
from kb.public.comparison import COMPARED_KINDS
from kb.public.linked_records import (
    card_groups,
    link_groups,
    related_group,
    similar_cards,
)
from kb.public.practice_facts import PracticeFacts, practice_facts
from kb.web.cards import Card, CardGroup, Fact, date_fact, record_card, record_facts
from kb.web.date_text import date_text, number_text, period_text
from kb.web.file_links import FileView, QuotationView, file_views, quotation_views
from kb.web.labels import (
    AVAILABILITY,
    DELIVERABLE_TYPES,
    EVENT_TYPES,
    LANGUAGES,
    MISSING_EDITIONS,
)
from kb.web.locale import lang_if_other
from kb.web.markup import PageSection, sections
from kb.web.page_content import PageContent
from kb.web.provenance import Provenance, provenance
from kb.web.urls import compare_url, list_url

LONG_FIGURE = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name; `lang` is set if it is in another language."""

    name: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the page shows; `lang` is set if it is in the other language."""

    record: Record
    card: Card
    edition: Edition
    lang: str
    missing_note: str
    list_url: str
    compare_url: str
    """The address of a comparison to complete; "" for kinds that have none."""
    facts: tuple[Fact, ...]
    sections: tuple[PageSection, ...]
    first_title: str
    pairs: tuple[Pair, ...]
    practice: PracticeFacts | None
    assessment: AssessmentView | None
    can_be_assessed: bool
    groups: tuple[CardGroup, ...]
    links: tuple[CardGroup, ...]
    further_reading: tuple[Card, ...]
    related: CardGroup | None
    provenance: Provenance
    citation: tuple[str, ...]
    updated: str
    is_in_dossier: bool
    lacks_evaluation: bool
    is_page: bool
    files: tuple[FileView, ...]
    quotations: tuple[QuotationView, ...]

    @property
    def has_long_figures(self) -> bool:
        """Whether a figure is too long for a quarter of the column."""
        return any(len(each.value) > LONG_FIGURE for each in self.edition.figures)


def record_view(
    record: Record,
    content: PageContent,
    *,
    similar: Collection[RecordId],
    shown: Collection[RecordId],
    dossier: Collection[RecordId],
) -> RecordView:
    """Return the view of a record, in the language of the page if it is written in it.

    `similar` are ids of similar records, the most similar first; `shown` are the
    records that the rest of the page shows, `dossier` those of the visitor.
    """
    locale, kind, day = content.locale, record.id.kind, record.updated
    edition = record.edition(locale)
    lang = lang_if_other(edition.locale, locale)
    groups = card_groups(record, content)
    links = link_groups(record, content)
    linked = {card.id for group in (*groups, *links) for card in group.cards}
    further_reading = similar_cards(record, similar, content, shown=linked.union(shown))
    date = _date(record, edition, locale)
    return RecordView(
        record=record,
        card=record_card(record, content),
        edition=edition,
        lang=lang,
        missing_note=str(MISSING_EDITIONS[locale]) if lang else "",
        list_url="" if kind is Kind.PAGE else list_url(kind, locale),
        compare_url=compare_url(locale, (record.id,)) if kind in COMPARED_KINDS else "",
        facts=tuple(
            record_facts(
                record, content.corpus.gazetteer, locale, date=date, is_linked=True
            )
        ),
        sections=sections(edition, locale),
        first_title=_first_title(kind),
        pairs=_pairs(record, edition, locale),
        practice=practice_facts(record, edition, locale)
        if isinstance(record, Practice)
        else None,
        assessment=assessment_view(record, locale),
        can_be_assessed=record.assessment_status is not None,
        groups=groups,
        links=links,
        further_reading=further_reading,
        related=related_group(record, content, {each.id for each in further_reading}),
        provenance=provenance(record, locale),
        citation=_citation(record, edition, locale),
        updated=date_text(PartialDate(day.year, day.month, day.day), locale),
        is_in_dossier=record.id in dossier,
        lacks_evaluation=_lacks_evaluation(record),
        is_page=kind is Kind.PAGE,
        files=file_views(record, content),
        quotations=quotation_views(record, content),
    )


def _date(record: Record, edition: Edition, locale: Locale) -> str:
    date = date_fact(record, locale)
    if date and isinstance(record, Practice):
        date = _("Period: %(period)s", period=date)
    return ", ".join(filter(None, (date, edition.date_note)))


def _pairs(record: Record, edition: Edition, locale: Locale) -> tuple[Pair, ...]:
    pairs = [
        Pair(_("Who"), edition.who),
        Pair(_("Also covers former records"), _former_ids(record)),
    ]
    if isinstance(record, Deliverable):
        language, pages = record.language, record.pages
        title_lang = lang_if_other(language, locale)
        pairs += [
            Pair(_("Type"), str(DELIVERABLE_TYPES[record.type])),
            Pair(_("Title on the cover"), record.original_title, title_lang),
            Pair(_("Project"), record.project),
            Pair(_("Authors"), ", ".join(record.authors)),
            Pair(_("Language"), str(LANGUAGES[language]) if language else ""),
            Pair(_("Pages"), "" if pages is None else number_text(pages, locale)),
            Pair(_("Text"), str(AVAILABILITY[record.availability])),
        ]
    if isinstance(record, Event):
        pairs += [
            Pair(_("Type"), str(EVENT_TYPES[record.type])),
            Pair(_("Organised by"), edition.host),
            Pair(_("Participants"), edition.participants),
        ]
    return tuple(pair for pair in pairs if pair.value)


def _former_ids(record: Record) -> str:
    """Return the former ids of a record, those of other kinds with their folder."""
    kind = record.id.kind
    return ", ".join(
        each.slug if each.kind is kind else str(each) for each in record.former_ids
    )


def _lacks_evaluation(record: Record) -> bool:
    """Return whether the page says that the effect was not evaluated.

    The facts of a practice say what is known of its result.
    """
    if isinstance(record, Practice):
        return record.result is None
    return record.id.kind is Kind.RECOMMENDATION


def _first_title(kind: Kind) -> str:
    """Return the title of the part of a text before its first heading."""
    titles = {
        Kind.NEED: _("Definition"),
        Kind.TERM: _("Usage"),
        Kind.EVENT: _("The meeting"),
        Kind.PAGE: "",
    }
    return titles.get(kind, _("In short"))


def _citation(record: Record, edition: Edition, locale: Locale) -> tuple[str, ...]:
    """Return the parts of a citation: authors, title, work, date."""
    if not isinstance(record, Deliverable):
        title = _("“%(title)s”", title=edition.title)
        return (title, _("Innovation and Security"), "Efus", str(record.updated.year))
    parts = (
        ", ".join(record.authors) or record.lead,
        record.original_title or edition.title,
        record.project,
        record.code,
        period_text(record.date, None, locale),
    )
    return tuple(filter(None, parts))
