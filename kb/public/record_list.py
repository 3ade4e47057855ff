"""The list of each kind, the page of a theme, and the home page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.analysis.normalization import fold
from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.records import ALL_THEMES, Firmness, Record, Theme
from kb.public.glossary import LetterGroup, letter_groups
from kb.services import services
from kb.web.cards import Card, record_card, record_cards
from kb.web.date_text import date_text
from kb.web.labels import (
    ALL_THEMES_LABEL,
    FIRMNESS,
    ICONS,
    KINDS,
    SECTIONS,
    Badge,
)
from kb.web.urls import list_url, search_url

HOME_EVENTS = 5
HOME_NEEDS = 3
HOME_UPDATES = 3
LEGEND = (
    Firmness.CONCLUSION,
    Firmness.GUIDANCE,
    Firmness.AGENDA_QUESTION,
    Firmness.SPEAKER,
)
_BY_THEME = {Kind.PRACTICE, Kind.RECOMMENDATION, Kind.NEED}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list, under a title; a list that is not cut has one without."""

    title: str
    cards: tuple[Card, ...]
    anchor: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DatedCard:
    """An event: its day in large, month and year under it."""

    card: Card
    iso: str
    large: str
    small: str


@dataclass(frozen=True, slots=True)
class RecordListView:
    """The list of a kind."""

    kind: Kind
    icon: str
    title: str
    count: int
    parts: tuple[Part, ...]
    letters: tuple[LetterGroup, ...]
    events: tuple[DatedCard, ...]
    search_url: str


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many records of a kind belong to a theme."""

    number: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Zoom:
    """A theme as the home page shows it."""

    card: Card
    counts: tuple[ThemeCount, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """All that the home page shows."""

    needs: tuple[Part, ...]
    needs_count: int
    needs_url: str
    zooms: tuple[Zoom, ...]
    updates: tuple[Card, ...]
    events: tuple[DatedCard, ...]
    events_url: str
    legend: tuple[Badge, ...]
    examples: tuple[tuple[str, str], ...]
    feed_url: str


@dataclass(frozen=True, slots=True)
class ThemeView:
    """What the page of a theme gathers."""

    counts: tuple[ThemeCount, ...]
    needs: tuple[Card, ...]
    recommendations: tuple[Card, ...]
    practices: tuple[Card, ...]
    deliverables: tuple[Card, ...]
    events: tuple[DatedCard, ...]
    terms: tuple[Card, ...]

    @property
    def urls(self) -> set[str]:
        """The addresses of all that it gathers."""
        lists = (self.needs, self.recommendations, self.practices, self.deliverables)
        cards = (*chain(*lists, self.terms), *(each.card for each in self.events))
        return {card.url for card in cards}


def list_view(kind: Kind, locale: Locale) -> RecordListView:
    """Present all records of a kind."""
    corpus = services().corpus
    records = tuple(corpus.of_kind(kind))
    return RecordListView(
        kind=kind,
        icon=ICONS[kind],
        title=str(SECTIONS[kind]),
        count=len(records),
        parts=_parts(corpus, kind, records, locale),
        letters=letter_groups(records, locale) if kind is Kind.TERM else (),
        events=_dated(records, locale) if kind is Kind.EVENT else (),
        search_url=search_url(locale, filters=(Filter(FacetName.KIND, kind.value),)),
    )


def home_view(locale: Locale) -> HomeView:
    """Present the home page."""
    corpus = services().corpus
    needs = tuple(corpus.of_kind(Kind.NEED))
    events = tuple(corpus.of_kind(Kind.EVENT))
    return HomeView(
        needs=by_theme(corpus, needs, locale, limit=HOME_NEEDS),
        needs_count=len(needs),
        needs_url=list_url(Kind.NEED, locale),
        zooms=tuple(_zoom(corpus, theme, locale) for theme in themes_in_order(corpus)),
        updates=record_cards(_updates(corpus), locale),
        events=_dated(events, locale)[:HOME_EVENTS],
        events_url=list_url(Kind.EVENT, locale),
        legend=tuple(FIRMNESS[each] for each in LEGEND),
        examples=tuple(
            (text, search_url(locale, text=text))
            for text in (
                _("online harassment"),
                _("bicycle theft"),
                _("rumours during an event"),
                _("police and WhatsApp"),
            )
        ),
        feed_url=search_url(locale, endpoint="feeds.atom"),
    )


def theme_view(theme: Record, locale: Locale) -> ThemeView:
    """Gather all that belongs to a theme."""
    corpus = services().corpus
    gathered = {kind: _of_theme(corpus, theme, kind) for kind in _THEME_KINDS}
    return ThemeView(
        counts=_counts(gathered),
        needs=record_cards(gathered[Kind.NEED], locale),
        recommendations=record_cards(gathered[Kind.RECOMMENDATION], locale),
        practices=record_cards(gathered[Kind.PRACTICE], locale),
        deliverables=record_cards(gathered[Kind.DELIVERABLE], locale),
        events=_dated(gathered[Kind.EVENT], locale),
        terms=record_cards(gathered[Kind.TERM], locale),
    )


def themes_in_order(corpus: Corpus) -> tuple[Record, ...]:
    """Give the themes in the order that they ask for."""
    themes = [
        record for record in corpus.of_kind(Kind.THEME) if isinstance(record, Theme)
    ]
    return tuple(sorted(themes, key=lambda theme: (theme.order, theme.id)))


def by_theme(
    corpus: Corpus,
    records: Sequence[Record],
    locale: Locale,
    *,
    limit: int | None = None,
) -> tuple[Part, ...]:
    """Put records under their first theme, in the order of the themes.

    `limit` is how many to show of each.
    """
    parts = []
    for theme in themes_in_order(corpus):
        found = [record for record in records if record.themes[:1] == (theme.id.slug,)]
        if found:
            card = record_card(theme, locale)
            parts.append(
                Part(
                    card.plain_title,
                    record_cards(found[:limit], locale),
                    theme.id.slug,
                    card.url,
                )
            )
    known = {theme.id.slug for theme in themes_in_order(corpus)}
    rest = [record for record in records if not set(record.themes[:1]) & known]
    if rest:
        parts.append(
            Part(str(ALL_THEMES_LABEL), record_cards(rest[:limit], locale), ALL_THEMES)
        )
    return tuple(parts)


_THEME_KINDS = (
    Kind.NEED,
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    Kind.DELIVERABLE,
    Kind.EVENT,
    Kind.TERM,
)
_ZOOM_KINDS = (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.TERM)


def _parts(
    corpus: Corpus, kind: Kind, records: Sequence[Record], locale: Locale
) -> tuple[Part, ...]:
    if kind in {Kind.TERM, Kind.EVENT}:
        return ()
    if kind is Kind.PRACTICE:
        # Their titles begin with the place.
        records = sorted(records, key=lambda each: fold(each.edition(locale).title))
    if kind in _BY_THEME:
        return by_theme(corpus, records, locale)
    ordered = themes_in_order(corpus) if kind is Kind.THEME else _coded_first(records)
    return (Part("", record_cards(ordered, locale)),) if ordered else ()


def _coded_first(records: Sequence[Record]) -> list[Record]:
    """Put the deliverables that have a code before those known by title only."""
    return sorted(records, key=lambda each: not getattr(each, "code", ""))


def _zoom(corpus: Corpus, theme: Record, locale: Locale) -> Zoom:
    gathered = {kind: _of_theme(corpus, theme, kind) for kind in _ZOOM_KINDS}
    return Zoom(record_card(theme, locale), _counts(gathered))


def _of_theme(corpus: Corpus, theme: Record, kind: Kind) -> tuple[Record, ...]:
    found = {record.id: record for record in corpus.with_theme(theme.id.slug, kind)}
    if kind is Kind.EVENT:
        linked = corpus.linked(theme, kind, field="events")
        found |= {record.id: record for record in linked}
    return tuple(found.values())


def _counts(gathered: dict[Kind, tuple[Record, ...]]) -> tuple[ThemeCount, ...]:
    return tuple(
        ThemeCount(len(records), _counted(kind, len(records)), kind.folder)
        for kind, records in gathered.items()
        if records
    )


def _counted(kind: Kind, number: int) -> str:
    match kind:
        case Kind.NEED:
            return ngettext("need", "needs", number)
        case Kind.RECOMMENDATION:
            return ngettext("recommendation", "recommendations", number)
        case Kind.PRACTICE:
            return ngettext("practice", "practices", number)
        case Kind.DELIVERABLE:
            return ngettext("deliverable", "deliverables", number)
        case Kind.EVENT:
            return ngettext("event", "events", number)
        case Kind.TERM:
            return ngettext("term", "terms", number)
        case _:
            return str(KINDS[kind])


def _updates(corpus: Corpus) -> list[Record]:
    kinds = {Kind.PRACTICE, Kind.RECOMMENDATION, Kind.DELIVERABLE}
    records = [record for record in corpus.records.values() if record.id.kind in kinds]
    return sorted(records, key=_freshness, reverse=True)[:HOME_UPDATES]


def _freshness(record: Record) -> tuple[str, str]:
    start, end = record.period
    return record.updated.isoformat(), str(end or start or "")


def _dated(records: Iterable[Record], locale: Locale) -> tuple[DatedCard, ...]:
    dated = [(record.period[0], record) for record in records]
    known = [(date, record) for date, record in dated if date is not None]
    known.sort(key=lambda item: (item[0].first_day, item[1].id), reverse=True)
    cards = [_dated_card(date, record, locale) for date, record in known]
    cards += [
        DatedCard(record_card(record, locale), "", "–", "")
        for date, record in dated
        if date is None
    ]
    return tuple(cards)


def _dated_card(date: PartialDate, record: Record, locale: Locale) -> DatedCard:
    card = record_card(record, locale)
    if date.day is None:
        month = date_text(date, locale).removesuffix(str(date.year)).strip()
        return DatedCard(card, str(date), str(date.year), month)
    month = date_text(PartialDate(date.year, date.month), locale)
    return DatedCard(card, str(date), str(date.day), month)
