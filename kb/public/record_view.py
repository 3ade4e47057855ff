"""The page of a record: its sections, its facts, and all that is linked to it."""

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
from kb.services import services
from kb.web.cards import (
    Card,
    Fact,
    firmness_badge,
    inferred,
    place_names,
)
from kb.web.date_text import date_text, number_text, period_text
from kb.web.dossier_cookie import dossier_ids
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
    SECTIONS,
    Badge,
    audience_list,
)
from kb.web.markup import PageSection, sections
from kb.web.provenance import Provenance, provenance
from kb.web.urls import absolute, list_url, record_url

LONG_FIGURE = 8

WITHOUT_LIST = {Kind.PAGE}


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name. `lang` is set when it is in another language."""

    name: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the page of a record shows."""

    record: Record
    edition: Edition
    lang: str
    missing_locale: Locale | None
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
    further: tuple[Card, ...]
    related: CardGroup | None
    provenance: Provenance
    citation: tuple[str, ...]
    updated: str
    is_in_dossier: bool
    is_assessable: bool
    files: tuple[FileView, ...] = ()
    quotations: tuple[QuotationView, ...] = ()

    @property
    def has_long_figures(self) -> bool:
        """Whether the figures need more room than a quarter of the column."""
        return any(len(each.value) > LONG_FIGURE for each in self.edition.figures)

    @property
    def permanent_url(self) -> str:
        """The whole address, to be cited."""
        return absolute(self.url)


def record_view(
    record: Record,
    locale: Locale,
    *,
    similar: Collection[RecordId] = (),
    shown_urls: Collection[str] = (),
) -> RecordView:
    """Present a record in a language, or in the other when it is not written in it.

    `similar` are ids of similar records, the most similar first; `shown_urls` are the
    addresses that the rest of the page contains.
    """
    corpus = services().corpus
    groups = card_groups(corpus, record, locale)
    links = link_groups(corpus, record, locale)
    listed = (*(each.cards for each in groups), *(each.cards for each in links))
    linked = {card.url for cards in listed for card in cards}
    further = similar_cards(
        corpus, record, similar, locale, shown_urls=linked.union(shown_urls)
    )
    edition = record.edition(locale)
    kind = record.id.kind
    is_other = edition.locale is not locale
    return RecordView(
        record=record,
        edition=edition,
        lang=edition.locale.value if is_other else "",
        missing_locale=locale if is_other else None,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        section_label=str(SECTIONS[kind]),
        list_url="" if kind in WITHOUT_LIST else list_url(kind, locale),
        url=record_url(record.id, locale),
        badge=firmness_badge(record.firmness),
        facts=_facts(record, edition, locale),
        sections=sections(edition, locale),
        first_title=_first_title(kind),
        pairs=_pairs(record, edition, locale),
        groups=groups,
        links=links,
        further=further,
        related=related_group(corpus, record, locale, {each.url for each in further}),
        provenance=provenance(record, locale),
        citation=_citation(record, edition, locale),
        updated=date_text_of(record, locale),
        is_in_dossier=record.id in dossier_ids(),
        is_assessable=kind in {Kind.PRACTICE, Kind.RECOMMENDATION},
        files=file_views(record, locale),
        quotations=quotation_views(record, locale),
    )


def date_text_of(record: Record, locale: Locale) -> str:
    """Write the day a record last changed."""
    day = record.updated
    return date_text(PartialDate(day.year, day.month, day.day), locale)


def _facts(record: Record, edition: Edition, locale: Locale) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if record.audience_values:
        names = audience_list(record.audience_values)
        facts.append(Fact(inferred(record, "audiences", names), "people"))
    if isinstance(record, Deliverable) and record.code:
        facts.append(Fact(inferred(record, "code", record.code)))
    if isinstance(record, Deliverable) and record.lead:
        facts.append(Fact(inferred(record, "lead", record.lead)))
    places = place_names(record, locale)
    if places:
        facts.append(Fact(inferred(record, "places", ", ".join(places)), "pin"))
    when = _when(record, edition, locale)
    if when:
        facts.append(Fact(when, "event" if isinstance(record, Event) else ""))
    return tuple(facts)


def _when(record: Record, edition: Edition, locale: Locale) -> str:
    period = period_text(*record.period, locale)
    if not period:
        return edition.date_note
    text = inferred(record, "date", period)
    if isinstance(record, Practice):
        text = _("facts from %(period)s", period=text)
    return f"{text}, {edition.date_note}" if edition.date_note else text


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
    language = {Locale.FR: _("French"), Locale.EN: _("English")}
    pairs = [Pair(_("Type"), str(DELIVERABLE_TYPES[record.type]))]
    if record.original_title:
        lang = record.language.value if record.language not in {None, locale} else ""
        pairs.append(Pair(_("Title on the cover"), record.original_title, lang or ""))
    if record.project:
        pairs.append(Pair(_("Project"), record.project))
    if record.authors:
        pairs.append(Pair(_("Authors"), ", ".join(record.authors)))
    if record.language is not None:
        pairs.append(Pair(_("Language"), language[record.language]))
    if record.pages is not None:
        pairs.append(Pair(_("Pages"), number_text(record.pages, locale)))
    pairs.append(Pair(_("Text"), str(AVAILABILITY[record.availability])))
    return pairs


def _first_title(kind: Kind) -> str:
    """Name the part of a text that stands before its first heading."""
    titles = {
        Kind.NEED: _("What it means"),
        Kind.TERM: _("Usage"),
        Kind.EVENT: _("The meeting"),
        Kind.PAGE: "",
    }
    return titles.get(kind, _("In short"))


def _citation(record: Record, edition: Edition, locale: Locale) -> tuple[str, ...]:
    """Give the parts of a citation: who, title, work, when."""
    if isinstance(record, Deliverable):
        who = ", ".join(record.authors) or record.lead
        title = record.original_title or edition.title
        parts = (
            who,
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
