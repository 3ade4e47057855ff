"""The view model of a record's page: sections, facts, links, citation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import (
    Deliverable,
    Edition,
    Event,
    Practice,
    Record,
)
from kb.public.linked_records import (
    CardGroup,
    LinkGroup,
    card_groups,
    link_groups,
    related_group,
)
from kb.public.related_records import similar_cards
from kb.web.cards import (
    Card,
    Fact,
    date_fact,
    firmness_badge,
    place_names,
    record_facts,
)
from kb.web.date_text import date_text, number_text, period_text
from kb.web.file_links import (
    FileView,
    QuotationView,
    file_views,
    quotation_views,
)
from kb.web.labels import (
    AVAILABILITY,
    DELIVERABLE_TYPES,
    EVENT_TYPES,
    ICONS,
    KINDS,
    LANGUAGES,
    MISSING_EDITIONS,
    SECTIONS,
    VARIANTS_LABELS,
    Badge,
)
from kb.web.locale import LOCALE_NAMES
from kb.web.markup import PageSection, sections
from kb.web.page_content import PageContent
from kb.web.provenance import Provenance, provenance
from kb.web.urls import absolute, list_url, record_url

LONG_FIGURE = 8

KINDS_WITHOUT_LIST = {Kind.PAGE}


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name; `lang` is set if it is in another language."""

    name: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition of a glossary term, with labels in its own language."""

    edition: Edition
    lang: str
    language: str
    variants_label: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the page shows; `lang` is set if it is in the other language."""

    record: Record
    edition: Edition
    lang: str
    missing_note: str
    kind_label: str
    icon: str
    section_label: str
    list_url: str
    url: str
    badge: Badge | None
    facts: tuple[Fact, ...]
    sections: tuple[PageSection, ...]
    first_title: str
    pairs: tuple[Pair, ...]
    groups: tuple[CardGroup, ...]
    links: tuple[LinkGroup, ...]
    further_reading: tuple[Card, ...]
    related: CardGroup | None
    provenance: Provenance
    citation: tuple[str, ...]
    updated: str
    is_in_dossier: bool
    is_assessable: bool
    is_page: bool
    editions: tuple[EditionView, ...]
    files: tuple[FileView, ...] = ()
    quotations: tuple[QuotationView, ...] = ()

    @property
    def has_long_figures(self) -> bool:
        """Whether a figure is too long for a quarter of the column."""
        return any(len(each.value) > LONG_FIGURE for each in self.edition.figures)

    @property
    def permanent_url(self) -> str:
        """The absolute address, for citations."""
        return absolute(self.url)


def record_view(
    record: Record,
    content: PageContent,
    *,
    similar: Collection[RecordId] = (),
    shown_urls: Collection[str] = (),
    dossier: Collection[RecordId] = (),
) -> RecordView:
    """Return the view of a record, in the language of the page if it is written in it.

    `similar` are ids of similar records, the most similar first; `shown_urls` are the
    addresses that the rest of the page contains, `dossier` the visitor's records.
    """
    locale = content.locale
    groups = card_groups(record, content)
    links = link_groups(record, content)
    listed = (*(each.cards for each in groups), *(each.cards for each in links))
    linked = {card.url for cards in listed for card in cards}
    further_reading = similar_cards(
        record, similar, content, shown_urls=linked.union(shown_urls)
    )
    edition = record.edition(locale)
    kind = record.id.kind
    is_other = edition.locale is not locale
    return RecordView(
        record=record,
        edition=edition,
        lang=edition.locale.value if is_other else "",
        missing_note=str(MISSING_EDITIONS[locale]) if is_other else "",
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        section_label=str(SECTIONS[kind]),
        list_url="" if kind in KINDS_WITHOUT_LIST else list_url(kind, locale),
        url=record_url(record.id, locale),
        badge=firmness_badge(record.firmness),
        facts=tuple(
            record_facts(
                record,
                place_names(record, content.corpus.gazetteer, locale),
                date=_date(record, edition, locale),
            )
        ),
        sections=sections(edition, locale),
        first_title=_first_title(kind),
        pairs=_pairs(record, edition, locale),
        groups=groups,
        links=links,
        further_reading=further_reading,
        related=related_group(record, content, {each.url for each in further_reading}),
        provenance=provenance(record, locale),
        citation=_citation(record, edition, locale),
        updated=_last_change(record, locale),
        is_in_dossier=record.id in dossier,
        is_assessable=kind in {Kind.PRACTICE, Kind.RECOMMENDATION},
        is_page=kind is Kind.PAGE,
        editions=tuple(map(_edition_view, record.editions)),
        files=file_views(record, content),
        quotations=quotation_views(record, content),
    )


def _edition_view(edition: Edition) -> EditionView:
    locale = edition.locale
    return EditionView(
        edition, locale.value, LOCALE_NAMES[locale], VARIANTS_LABELS[locale]
    )


def _last_change(record: Record, locale: Locale) -> str:
    """Return the day of the last change of a record."""
    day = record.updated
    return date_text(PartialDate(day.year, day.month, day.day), locale)


def _date(record: Record, edition: Edition, locale: Locale) -> str:
    date = date_fact(record, locale)
    if date and isinstance(record, Practice):
        date = _("facts from %(period)s", period=date)
    return ", ".join(filter(None, (date, edition.date_note)))


def _pairs(record: Record, edition: Edition, locale: Locale) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    if edition.who:
        pairs.append(Pair(_("Who"), edition.who))
    if isinstance(record, Deliverable):
        pairs += _deliverable_pairs(record, locale)
    if isinstance(record, Event):
        pairs.append(Pair(_("Type"), str(EVENT_TYPES[record.type])))
        if edition.host:
            pairs.append(Pair(_("Held by"), edition.host))
        if edition.participants:
            pairs.append(Pair(_("Participants"), edition.participants))
    return tuple(pairs)


def _deliverable_pairs(record: Deliverable, locale: Locale) -> list[Pair]:
    pairs = [Pair(_("Type"), str(DELIVERABLE_TYPES[record.type]))]
    if record.original_title:
        lang = record.language.value if record.language not in {None, locale} else ""
        pairs.append(Pair(_("Title on the cover"), record.original_title, lang or ""))
    if record.project:
        pairs.append(Pair(_("Project"), record.project))
    if record.authors:
        pairs.append(Pair(_("Authors"), ", ".join(record.authors)))
    if record.language is not None:
        pairs.append(Pair(_("Language"), str(LANGUAGES[record.language])))
    if record.pages is not None:
        pairs.append(Pair(_("Pages"), number_text(record.pages, locale)))
    pairs.append(Pair(_("Text"), str(AVAILABILITY[record.availability])))
    return pairs


def _first_title(kind: Kind) -> str:
    """Return the title of the part of a text before its first heading."""
    titles = {
        Kind.NEED: _("What it means"),
        Kind.TERM: _("Usage"),
        Kind.EVENT: _("The meeting"),
        Kind.PAGE: "",
    }
    return titles.get(kind, _("In short"))


def _citation(record: Record, edition: Edition, locale: Locale) -> tuple[str, ...]:
    """Return the parts of a citation: authors, title, work, date."""
    if isinstance(record, Deliverable):
        authors = ", ".join(record.authors) or record.lead
        title = record.original_title or edition.title
        parts = (
            authors,
            title,
            record.project,
            record.code,
            period_text(record.date, None, locale),
        )
        return tuple(part for part in parts if part)
    group = _("Innovation and Security")
    return (
        _("“%(title)s”", title=edition.title),
        group,
        "Efus",
        str(record.updated.year),
    )
