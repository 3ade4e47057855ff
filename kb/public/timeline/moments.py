"""The dated records of the timeline, the next events, and the age of the last one."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.records import Deliverable, Event
from indexer.model.vocabulary import DeliverableType, EventType
from kb.web.date_text import date_text, period_text
from kb.web.page_content import PageContent
from kb.web.pagination import shortened
from kb.web.records.cards import Card, record_card

TIMELINE_KINDS = (Kind.EVENT, Kind.DELIVERABLE)


class MomentKind(StrEnum):
    """What happened at a moment; an article is a deliverable of its own type."""

    EVENT = "event"
    DELIVERABLE = "deliverable"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Moment:
    """A record and its date, as precise as it is known."""

    record: Record
    date: PartialDate
    kind: MomentKind


def moments_of(corpus: Corpus) -> tuple[Moment, ...]:
    """Return the dated records, the newest first.

    Within a year, those without a month come last.
    """
    moments = [
        Moment(record, record.period[0], moment_kind(record))
        for record in _records(corpus)
        if record.period[0] is not None
    ]
    moments.sort(key=lambda moment: (_precise(moment.date), moment.record.id))
    return tuple(reversed(moments))


def past_days(
    moments: Iterable[Moment], type_: EventType, today: dt.date
) -> tuple[dt.date, ...]:
    """Return the first days of the events of a type, up to today."""
    return tuple(
        moment.date.first_day
        for moment in moments
        if isinstance(moment.record, Event)
        and moment.record.type is type_
        and moment.date.first_day <= today
    )


def undated_records(corpus: Corpus) -> tuple[Record, ...]:
    """Return the events and deliverables whose year is not known."""
    return tuple(record for record in _records(corpus) if record.period[0] is None)


def moment_kind(record: Record) -> MomentKind:
    """Return what a record of the timeline is."""
    if not isinstance(record, Deliverable):
        return MomentKind.EVENT
    is_article = record.type is DeliverableType.ARTICLE
    return MomentKind.ARTICLE if is_article else MomentKind.DELIVERABLE


def _records(corpus: Corpus) -> Iterator[Record]:
    for kind in TIMELINE_KINDS:
        yield from corpus.of_kind(kind)


def _precise(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 0, date.day or 0


@dataclass(frozen=True, slots=True)
class OutlookEvent:
    """An event and its date, in words."""

    card: Card
    date: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The events to come, the last one whose day is known, and those of unknown day.

    `unclear` are events that may be more recent than the last one. `last_year` is the
    year after which no event is known, "" without any event.
    """

    upcoming: tuple[OutlookEvent, ...]
    last: OutlookEvent | None
    unclear: tuple[OutlookEvent, ...]
    last_year: str


def outlook(content: PageContent, today: dt.date) -> Outlook:
    """Return the events to come on a day, and the last known event before the day."""
    moments = moments_of(content.corpus)
    events = [moment for moment in moments if moment.kind is MomentKind.EVENT]
    upcoming: list[Moment] = []
    past: list[Moment] = []
    for event in events:
        (upcoming if is_upcoming(event.record, today) else past).append(event)
    last = next((moment for moment in past if moment.date.day is not None), None)
    years = (str((moment.record.period[1] or moment.date).year) for moment in past)
    return Outlook(
        upcoming=_events(shortened(upcoming[::-1]), content),
        last=_event(last, content) if last is not None else None,
        unclear=_events(shortened(_unclear(past, last)), content),
        last_year=max(years, default=""),
    )


def is_upcoming(record: Record, today: dt.date) -> bool:
    """Return whether a record lies ahead, or has begun and not ended."""
    start, end = record.period
    if start is None:
        return False
    return start.first_day > today or (end or start).first_day >= today


def _unclear(past: Sequence[Moment], last: Moment | None) -> list[Moment]:
    """Return the past events that may have taken place after the last known day."""
    return [
        moment
        for moment in past
        if moment.date.day is None
        and (last is None or _may_follow(moment.date, last.date))
    ]


def _may_follow(date: PartialDate, day: PartialDate) -> bool:
    if date.month is None:
        return date.year >= day.year
    return (date.year, date.month) >= (day.year, day.month or 0)


def _events(
    moments: Iterable[Moment], content: PageContent
) -> tuple[OutlookEvent, ...]:
    return tuple(_event(moment, content) for moment in moments)


def _event(moment: Moment, content: PageContent) -> OutlookEvent:
    date = period_text(*moment.record.period, content.locale)
    return OutlookEvent(
        record_card(moment.record, content),
        date or date_text(moment.date, content.locale),
    )
