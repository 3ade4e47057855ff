"""Events as lists show them: the day in large type, or those to come."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from babel.lists import format_list

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.record_parts import Title
from indexer.model.records import Event
from kb.public.timeline.moments import is_upcoming
from kb.web.date_text import (
    BABEL_LOCALES,
    date_text,
    day_and_month,
    language_name,
    period_text,
)
from kb.web.page_content import PageContent
from kb.web.pagination import shortened
from kb.web.records.cards import Card, record_card
from kb.web.records.record_groups import theme_class
from kb.web.urls import record_url


@dataclass(frozen=True, slots=True)
class DatedCard:
    """An event: its day in large type, month and year in small type.

    Pages fold it if it is only mentioned.
    """

    card: Card
    iso: str
    large: str
    small: str
    is_only_mentioned: bool = False


def event_cards(
    records: Iterable[Record], content: PageContent
) -> tuple[DatedCard, ...]:
    """Return the cards of events, the newest first; those without a date come last.

    Of many events, only the first ones have a card.
    """
    dated = [(record.period[0], record) for record in records]
    known = [(date, record) for date, record in dated if date is not None]
    known.sort(key=lambda item: (item[0].first_day, item[1].id), reverse=True)
    undated = [(date, record) for date, record in dated if date is None]
    return tuple(
        replace(
            _dated_card(date, record, content),
            is_only_mentioned=record.is_only_mentioned,
        )
        for date, record in shortened([*known, *undated])
    )


def _dated_card(
    date: PartialDate | None, record: Record, content: PageContent
) -> DatedCard:
    card, locale = record_card(record, content), content.locale
    if date is None:
        return DatedCard(card, "", "–", "")
    if date.day is None:
        return DatedCard(card, str(date), str(date.year), day_and_month(date, locale))
    month = date_text(PartialDate(date.year, date.month), locale)
    return DatedCard(card, str(date), str(date.day), month)


MAX_UPCOMING = 6


@dataclass(frozen=True, slots=True)
class UpcomingEvent:
    """An event to come: when, where, in which languages, and where to register.

    `registration` is "" once the event has begun, as are all texts that are not known.
    """

    title: Title
    url: str
    css_class: str
    iso: str
    date: str
    places: str
    languages: str
    registration: str


def upcoming_events(
    corpus: Corpus, locale: Locale, today: dt.date
) -> tuple[UpcomingEvent, ...]:
    """Return the next events, the first one first."""
    events = [
        record
        for record in corpus.of_kind(Kind.EVENT)
        if isinstance(record, Event) and is_upcoming(record, today)
    ]
    events.sort(key=lambda event: (str(event.date), event.id))
    return tuple(
        _upcoming_event(event, corpus, locale, today) for event in events[:MAX_UPCOMING]
    )


def languages_text(event: Event, locale: Locale) -> str:
    """Return the languages of an event in words: “French and English”."""
    names = [language_name(code, locale) for code in event.languages]
    return format_list(names, locale=BABEL_LOCALES[locale]) if names else ""


def _upcoming_event(
    event: Event, corpus: Corpus, locale: Locale, today: dt.date
) -> UpcomingEvent:
    start, end = event.period
    places = (corpus.gazetteer[slug] for slug in event.place_slugs)
    has_begun = start is not None and start.first_day <= today
    return UpcomingEvent(
        title=event.title_for(locale),
        url=record_url(event.id, locale),
        css_class=theme_class(event.themes[0] if event.themes else ""),
        iso=str(start or ""),
        date=period_text(start, end, locale),
        places=", ".join(place.names[locale.value] for place in places),
        languages=languages_text(event, locale),
        registration="" if has_begun else event.registration,
    )
