"""The home page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.records import Firmness, Record
from kb.public.event_cards import DatedCard, event_cards
from kb.public.theme import (
    Part,
    ThemeCount,
    by_theme,
    records_of_theme,
    theme_counts,
    themes_in_order,
)
from kb.services import services
from kb.web.cards import Card, record_card, record_cards
from kb.web.labels import FIRMNESS, Badge
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
_ZOOM_KINDS = (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.TERM)


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
        events=event_cards(events, locale)[:HOME_EVENTS],
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


def _zoom(corpus: Corpus, theme: Record, locale: Locale) -> Zoom:
    gathered = {kind: records_of_theme(corpus, theme, kind) for kind in _ZOOM_KINDS}
    return Zoom(record_card(theme, locale), theme_counts(gathered))


def _updates(corpus: Corpus) -> list[Record]:
    kinds = {Kind.PRACTICE, Kind.RECOMMENDATION, Kind.DELIVERABLE}
    records = [record for record in corpus.records.values() if record.id.kind in kinds]
    return sorted(records, key=_freshness, reverse=True)[:HOME_UPDATES]


def _freshness(record: Record) -> tuple[str, str]:
    start, end = record.period
    return record.updated.isoformat(), str(end or start or "")
