"""The events as an iCalendar (RFC 5545, RFC 7986), for calendars that subscribe to it.

An event of which only the month is known takes the whole month, and is tentative; so is
one whose date is inferred. One of which less is known is left out. None blocks a day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import icalendar
from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.places import Place
from indexer.model.records import Event
from kb.citations.cited_work import PUBLISHER, SITE_NAMES
from kb.feeds.oai.items import identifier_domain
from kb.web.date_text import date_text
from kb.web.labels import EVENT_TYPES, SECTIONS
from kb.web.urls import absolute, calendar_url, list_url, record_url

ONE_DAY = dt.timedelta(days=1)


def event_calendar(
    corpus: Corpus, times: Mapping[RecordId, dt.datetime], locale: Locale
) -> bytes:
    """Return the calendar in a language; `times` are those of the last changes."""
    calendar = icalendar.Calendar()
    name = f"{SITE_NAMES[locale]} – {SECTIONS[Kind.EVENT]}"
    calendar.add("prodid", f"-//{PUBLISHER}//{SITE_NAMES[Locale.EN]}//{locale.upper()}")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("url", absolute(list_url(Kind.EVENT, locale)))
    calendar.add("source", absolute(calendar_url(locale)), {"VALUE": "URI"})
    calendar.add("refresh-interval", ONE_DAY, {"VALUE": "DURATION"})
    events = [each for each in corpus.of_kind(Kind.EVENT) if isinstance(each, Event)]
    for record in sorted(events, key=lambda each: (str(each.period[0]), each.id)):
        component = _component(record, corpus, locale, times[record.id])
        if component is not None:
            calendar.add_component(component)
    return calendar.to_ical()


def _component(
    record: Event, corpus: Corpus, locale: Locale, changed: dt.datetime
) -> icalendar.Event | None:
    """Return an event; None if its month is not known."""
    start, end = record.period
    if start is None or start.month is None:
        return None
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
    _add_places(event, [corpus.gazetteer[slug] for slug in record.place_slugs], locale)
    return event


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
    event: icalendar.Event, places: Sequence[Place], locale: Locale
) -> None:
    """Add the names of places; the coordinates if there is one, as RFC 5545 allows."""
    if places:
        names = "; ".join(place.names[locale.value] for place in places)
        event.add("location", names, {"LANGUAGE": locale.value})
    if len(places) == 1:
        event.add("geo", (places[0].latitude, places[0].longitude))


def _note(record: Event, start: PartialDate, locale: Locale) -> str:
    """Return what is uncertain in the date of an event, "" if nothing is."""
    date = date_text(start, locale)
    if start.day is None:
        return _("The exact day is not known: %(date)s.", date=date)
    is_inferred = {"date", "end_date"} & set(record.inferred)
    return _("%(fact)s (inferred)", fact=date) if is_inferred else ""
