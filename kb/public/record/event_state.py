"""What an event is on a day: still to come, or past with what came out of it."""

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_date

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Event
from kb.public.lists.events import languages_text
from kb.public.record.linked_records import LinkedRecords
from kb.public.record.text_parts import TextParts
from kb.public.timeline.moments import is_upcoming
from kb.web.date_text import BABEL_LOCALES, date_text, period_text


@dataclass(frozen=True, slots=True)
class CalendarLeaf:
    """The first day of an event as a leaf of a calendar: April 2027, 15, Thursday."""

    iso: str
    month: str
    day: str
    weekday: str


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
        has_no_outcome: whether the event is past and the record has no outcome: no part
            of the text, no recommendation and no deliverable.
    """

    is_to_come: bool
    date: str
    leaf: CalendarLeaf | None
    registration: str
    languages: str
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
        has_no_outcome=not is_to_come and not _has_outcome(parts, linked),
    )


def _has_outcome(parts: TextParts, linked: LinkedRecords) -> bool:
    outcomes = (Kind.RECOMMENDATION, Kind.DELIVERABLE)
    return parts.outcome is not None or any(
        card.id.kind in outcomes for card in linked.cards
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
