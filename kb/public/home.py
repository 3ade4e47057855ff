"""The home page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Firmness, Record
from kb.public.event_cards import DatedCard, event_cards
from kb.public.theme import (
    ThemeCount,
    by_theme,
    records_of_theme,
    theme_counts,
    themes_in_order,
)
from kb.web.cards import Card, CardGroup, record_card, record_cards
from kb.web.labels import FIRMNESS, Badge
from kb.web.page_content import PageContent
from kb.web.urls import record_url, search_url

HOME_EVENTS = 5
HOME_NEEDS = 3
HOME_UPDATES = 3
LEGEND = (
    Firmness.CONCLUSION,
    Firmness.GUIDANCE,
    Firmness.AGENDA_QUESTION,
    Firmness.SPEAKER,
)
_UNREAD_REPORT = RecordId(Kind.DELIVERABLE, "d3.5")
_ZOOM_KINDS = (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.TERM)


@dataclass(frozen=True, slots=True)
class Zoom:
    """A theme on the home page, with the numbers of its records."""

    card: Card
    counts: tuple[ThemeCount, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """All that the home page shows."""

    needs: tuple[CardGroup, ...]
    needs_count: int
    zooms: tuple[Zoom, ...]
    updates: tuple[Card, ...]
    events: tuple[DatedCard, ...]
    legend: tuple[Badge, ...]
    examples: tuple[tuple[str, str], ...]
    unread_report_url: str
    """The address of the official recommendations, or "" without their record."""


def home_view(content: PageContent) -> HomeView:
    """Return the view of the home page."""
    corpus, locale = content.corpus, content.locale
    needs = tuple(corpus.of_kind(Kind.NEED))
    events = tuple(corpus.of_kind(Kind.EVENT))
    return HomeView(
        needs=by_theme(content, needs, limit=HOME_NEEDS),
        needs_count=len(needs),
        zooms=tuple(_zoom(content, theme) for theme in themes_in_order(corpus)),
        updates=record_cards(_updates(corpus), content),
        events=event_cards(events, content)[:HOME_EVENTS],
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
        unread_report_url=(
            record_url(_UNREAD_REPORT, locale)
            if _UNREAD_REPORT in corpus.records
            else ""
        ),
    )


def _zoom(content: PageContent, theme: Record) -> Zoom:
    gathered = {
        kind: records_of_theme(content.corpus, theme, kind) for kind in _ZOOM_KINDS
    }
    return Zoom(record_card(theme, content), theme_counts(gathered))


def _updates(corpus: Corpus) -> list[Record]:
    kinds = {Kind.PRACTICE, Kind.RECOMMENDATION, Kind.DELIVERABLE}
    records = [record for record in corpus.records.values() if record.id.kind in kinds]
    return sorted(records, key=_last_change, reverse=True)[:HOME_UPDATES]


def _last_change(record: Record) -> tuple[str, str]:
    start, end = record.period
    return record.updated.isoformat(), str(end or start or "")
