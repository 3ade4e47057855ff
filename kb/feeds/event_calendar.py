"""The events as an iCalendar (RFC 5545, RFC 7986), for calendars that subscribe to it.

An event of which only the month is known takes the whole month, and is tentative; so is
one whose date is inferred. One of which less is known is left out. None blocks a day.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import icalendar
from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Event
from kb.citations.cited_work import PUBLISHER, SITE_NAMES
from kb.core.cache import IdentityKey
from kb.feeds.oai.items import identifier_domain
from kb.web.date_text import date_text
from kb.web.labels import EVENT_TYPES, SECTIONS
from kb.web.urls import absolute, list_url, record_url, script_root

ONE_DAY = dt.timedelta(days=1)

MAX_CACHED_EVENTS = 8192
"""An event has 600 bytes in each language."""

NamedPoint = tuple[str, float, float]
"""The name of a place in the language of the calendar, its latitude, its longitude."""


def event_calendar(
    events: Iterable[Event],
    corpus: Corpus,
    times: Mapping[RecordId, dt.datetime],
    locale: Locale,
    url: str,
) -> bytes:
    """Return the calendar in a language; `times` are those of the last changes.

    `url` is its own address.
    """
    calendar = icalendar.Calendar()
    name = f"{SITE_NAMES[locale]} – {SECTIONS[Kind.EVENT]}"
    calendar.add("prodid", f"-//{PUBLISHER}//{SITE_NAMES[Locale.EN]}//{locale.upper()}")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("url", absolute(list_url(Kind.EVENT, locale)))
    calendar.add("source", url, {"VALUE": "URI"})
    calendar.add("refresh-interval", ONE_DAY, {"VALUE": "DURATION"})
    ordered = sorted(events, key=lambda event: (str(event.period[0]), event.id))
    lines, end = calendar.to_ical(), b"END:VCALENDAR\r\n"
    return b"".join(
        (
            lines.removesuffix(end),
            *(
                _event_lines(event, corpus, locale, times[event.id])
                for event in ordered
            ),
            end,
        )
    )


def _event_lines(
    record: Event, corpus: Corpus, locale: Locale, changed: dt.datetime
) -> bytes:
    """Return the lines of an event, from a cache until it changes."""
    places = tuple(
        (place.names[locale.value], place.latitude, place.longitude)
        for place in (corpus.gazetteer[slug] for slug in record.place_slugs)
    )
    return _lines(IdentityKey(record), places, locale, changed, script_root())


@lru_cache(maxsize=MAX_CACHED_EVENTS)
def _lines(
    key: IdentityKey[Event],
    places: tuple[NamedPoint, ...],
    locale: Locale,
    changed: dt.datetime,
    _root: str,
) -> bytes:
    """Return the lines of an event; none if its month is not known."""
    record = key.value
    start, end = record.period
    if start is None or start.month is None:
        return b""
    note = _note(record, start, locale)
    event = icalendar.Event()
    event.add("uid", f"{record.id.slug}.{record.id.kind}@{identifier_domain()}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", start.first_day)
    event.add("dtend", max((end or start).last_day, start.first_day) + ONE_DAY)
    event.add("status", "TENTATIVE" if note else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    _add_texts(event, record, note, locale)
    _add_places(event, places, locale)
    return event.to_ical()


def _add_texts(
    event: icalendar.Event, record: Event, note: str, locale: Locale
) -> None:
    edition = record.edition(locale)
    url = absolute(record_url(record.id, locale))
    register = record.registration and _("Register: %(url)s", url=record.registration)
    texts = filter(None, (note, edition.summary, register, url))
    language = {"LANGUAGE": edition.locale.value}
    event.add("summary", edition.title, language)
    event.add("description", "\n\n".join(texts), language)
    event.add("categories", [str(EVENT_TYPES[record.type])])
    event.add("url", url)


def _add_places(
    event: icalendar.Event, places: Sequence[NamedPoint], locale: Locale
) -> None:
    """Add the names of places; the coordinates if there is one, as RFC 5545 allows."""
    if places:
        names = "; ".join(name for name, _latitude, _longitude in places)
        event.add("location", names, {"LANGUAGE": locale.value})
    if len(places) == 1:
        event.add("geo", places[0][1:])


def _note(record: Event, start: PartialDate, locale: Locale) -> str:
    """Return what is uncertain in the date of an event, "" if nothing is."""
    date = date_text(start, locale)
    if start.day is None:
        return _("The exact day is not known: %(date)s.", date=date)
    is_inferred = {"date", "end_date"} & set(record.inferred)
    return _("%(fact)s (inferred)", fact=date) if is_inferred else ""
