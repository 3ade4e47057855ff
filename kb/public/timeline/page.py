"""The page of the timeline: the chart, what comes next, and the list of years."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import ngettext

from indexer.model.facets import FacetName, Filter
from indexer.model.record import Record
from indexer.model.vocabulary import DeliverableType
from kb.public.maps.marks import RecordMark, record_mark
from kb.public.timeline.chart import Chart, chart_of
from kb.public.timeline.moments import (
    TIMELINE_KINDS,
    Moment,
    MomentKind,
    Outlook,
    moment_kind,
    moments_of,
    outlook,
    undated_records,
)
from kb.web.labels import DELIVERABLE_TYPES, KINDS
from kb.web.page_content import PageContent, made_once
from kb.web.records.cards import Card, record_card, yearless_date
from kb.web.urls import script_root, search_url

SHOWN = 6
"""How many records of a year are not folded."""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """A record in the list: its date without the year, and its facts."""

    card: Card
    mark: RecordMark
    iso: str
    date: str
    kind: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimelineYear:
    """A year and its records; years without any are joined to one, with a title only.

    `search_url` is the search that returns the same records.
    """

    title: str
    anchor: str
    counts: str = ""
    number: int = 0
    items: tuple[TimelineItem, ...] = ()
    more: tuple[TimelineItem, ...] = ()
    search_url: str = ""


@dataclass(frozen=True, slots=True)
class TimelineView:
    """All that the page of the timeline shows."""

    chart: Chart
    outlook: Outlook
    years: tuple[TimelineYear, ...]
    undated: tuple[TimelineItem, ...]


def timeline_view(content: PageContent, today: dt.date) -> TimelineView:
    """Return the view of the timeline, as it is on a day."""
    moments = moments_of(content.corpus)
    key = ("timeline", content.locale, script_root())
    known, undated = made_once(content.corpus, key, lambda: _lists(moments, content))
    return TimelineView(
        chart=chart_of(moments, content, today),
        outlook=outlook(content, today),
        years=_with_empty_years(known, today),
        undated=undated,
    )


def _lists(
    moments: Sequence[Moment], content: PageContent
) -> tuple[tuple[TimelineYear, ...], tuple[TimelineItem, ...]]:
    """Return the years with records, the newest first, and the records without one."""
    by_year = groupby(moments, key=lambda moment: moment.date.year)
    years = tuple(_year(year, tuple(own), content) for year, own in by_year)
    undated = undated_records(content.corpus)
    return years, tuple(_item(record, content) for record in undated)


def _with_empty_years(
    known: Sequence[TimelineYear], today: dt.date
) -> tuple[TimelineYear, ...]:
    """Return the years up to today; empty ones are joined."""
    years: list[TimelineYear] = []
    next_year = today.year + 1
    for year in known:
        years += [*_empty_years(int(year.title) + 1, next_year - 1), year]
        next_year = int(year.title)
    return tuple(years)


def _empty_years(first: int, last: int) -> list[TimelineYear]:
    if first > last:
        return []
    title = str(first) if first == last else f"{first}–{last}"
    return [TimelineYear(title, f"y{first}")]


def _year(year: int, moments: tuple[Moment, ...], content: PageContent) -> TimelineYear:
    items = tuple(_item(moment.record, content) for moment in moments)
    # A fold for one record would save no room.
    shown = len(items) if len(items) <= SHOWN + 1 else SHOWN
    filters = (
        *(Filter(FacetName.KIND, kind.value) for kind in TIMELINE_KINDS),
        Filter(FacetName.YEAR, str(year)),
    )
    return TimelineYear(
        str(year),
        f"y{year}",
        _counts(moments),
        len(items),
        items[:shown],
        items[shown:],
        search_url(content.locale, filters=filters),
    )


def _counts(moments: Sequence[Moment]) -> str:
    """Return how many records of each kind there are, in words, without zeros."""
    kinds = [moment.kind for moment in moments]
    events, deliverables, articles = (kinds.count(kind) for kind in MomentKind)
    texts = (
        (events, ngettext("%(num)s event", "%(num)s events", events)),
        (
            deliverables,
            ngettext("%(num)s deliverable", "%(num)s deliverables", deliverables),
        ),
        (articles, ngettext("%(num)s article", "%(num)s articles", articles)),
    )
    return ", ".join(text for number, text in texts if number)


def _item(record: Record, content: PageContent) -> TimelineItem:
    card, date = record_card(record, content), record.period[0]
    return TimelineItem(
        card=card,
        mark=record_mark(record, content),
        iso=str(date) if date is not None else "",
        date=yearless_date(record, content.locale),
        kind=_kind_name(record),
        facts=tuple(_facts(record, content)),
    )


def _kind_name(record: Record) -> str:
    if moment_kind(record) is MomentKind.ARTICLE:
        return str(DELIVERABLE_TYPES[DeliverableType.ARTICLE])
    return str(KINDS[record.id.kind])


def _facts(record: Record, content: PageContent) -> list[str]:
    """Return the places of a record, and what its date needs as a caution."""
    gazetteer = content.corpus.gazetteer
    places = [
        gazetteer[slug].names[content.locale]
        for slug in record.place_slugs
        if slug in gazetteer
    ]
    note = record.edition(content.locale).date_note
    return [fact for fact in (", ".join(places), note) if fact]
