"""What comes next, and how long ago the last event was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.model.dates import PartialDate
from indexer.model.records import Record
from kb.public.timeline.moments import Moment, MomentKind, moments_of
from kb.web.cards import Card, record_card
from kb.web.date_text import date_text, period_text
from kb.web.page_content import PageContent


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
    """Return what comes after a day, and what came last before it."""
    moments = moments_of(content.corpus)
    events = [each for each in moments if each.kind is MomentKind.EVENT]
    upcoming = [each for each in events if is_upcoming(each.record, today)]
    past = [each for each in events if each not in upcoming]
    last = next((each for each in past if each.date.day is not None), None)
    return Outlook(
        upcoming=_events(reversed(upcoming), content),
        last=_event(last, content) if last is not None else None,
        unclear=_events(_unclear(past, last), content),
        last_year=str(past[0].date.year) if past else "",
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
        each
        for each in past
        if each.date.day is None and (last is None or _may_follow(each.date, last.date))
    ]


def _may_follow(date: PartialDate, day: PartialDate) -> bool:
    if date.month is None:
        return date.year >= day.year
    return (date.year, date.month) >= (day.year, day.month or 0)


def _events(
    moments: Iterable[Moment], content: PageContent
) -> tuple[OutlookEvent, ...]:
    return tuple(_event(each, content) for each in moments)


def _event(moment: Moment, content: PageContent) -> OutlookEvent:
    date = period_text(*moment.record.period, content.locale)
    return OutlookEvent(
        record_card(moment.record, content),
        date or date_text(moment.date, content.locale),
    )
