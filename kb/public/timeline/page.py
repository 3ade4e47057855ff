"""The page of the timeline: the chart, what comes next, and the list of years."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.dates import PartialDate, years_between
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.records import Event
from indexer.model.vocabulary import DeliverableType, EventType, Firmness
from kb.public.maps.geometry import Position
from kb.public.maps.marks import (
    MARK_SIZE,
    RecordMark,
    marks_of,
    record_mark,
    records_per_mark,
)
from kb.public.timeline.moments import (
    TIMELINE_KINDS,
    Moment,
    MomentKind,
    Outlook,
    moment_kind,
    moments_of,
    outlook,
    past_days,
    undated_records,
)
from kb.web.labels import DELIVERABLE_TYPES, EVENT_TYPES, FIRMNESS, KINDS
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent, made_once
from kb.web.pagination import shortened, shown_first
from kb.web.records.cards import Card, record_card, yearless_date
from kb.web.records.counts import counted, last_research
from kb.web.urls import script_root, search_url

YEAR_WIDTH = 60
PITCH = MARK_SIZE + 2
IN_A_ROW = 5
"""How many marks a year has side by side."""

_LINE = 24
"""The height of a line of text: on a phone a text of 18 units has 10 pixels."""

_BAR = 8
_ROW_GAP = 10

PROJECT = (dt.date(2016, 7, 1), dt.date(2018, 12, 31))
"""Beginning and end of MEDI@4SEC, as CORDIS has them."""

GROUP = dt.date(2018, 12, 7)
"""The day the working group was launched, in Montreuil."""

ROW_NAMES: dict[MomentKind, LazyString] = {
    MomentKind.EVENT: _l("Events"),
    MomentKind.DELIVERABLE: _l("Deliverables"),
    MomentKind.ARTICLE: _l("Articles"),
}


@dataclass(frozen=True, slots=True)
class ChartMark:
    """The mark of a record, and what it is."""

    mark: RecordMark
    at: Position
    title: str


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A kind of records: its name and the marks of all years."""

    name: str
    y: float
    line: float
    marks: tuple[ChartMark, ...]


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A period, up to its last event."""

    name: str
    x: float
    y: float
    text_y: float
    width: float


@dataclass(frozen=True, slots=True)
class ChartYear:
    """A column of the chart: its name and where it begins."""

    name: str
    x: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing; its sizes are in units of the drawing.

    Each mark stands for at most `per_mark` records.
    """

    width: float
    height: float
    years: tuple[ChartYear, ...]
    bars: tuple[ChartBar, ...]
    rows: tuple[ChartRow, ...]
    per_mark: int


def chart_of(moments: Sequence[Moment], content: PageContent, today: dt.date) -> Chart:
    """Return the chart of moments, from the first year to that of the last one."""
    years = [moment.date.year for moment in moments] or [today.year]
    first, last = min(years), max(years)
    bars = _bars(first, moments, today)
    y: float = _LINE + len(bars) * (_LINE + _BAR + _ROW_GAP)
    rows, per_mark = [], records_per_mark(len(moments))
    for kind, name in ROW_NAMES.items():
        own = [moment for moment in moments if moment.kind is kind]
        row, height = _row(
            str(name), own, content, first=first, top=y, per_mark=per_mark
        )
        rows.append(row)
        y += height
    names = range(first, last + 1)
    return Chart(
        width=len(names) * YEAR_WIDTH,
        height=y,
        years=tuple(ChartYear(str(n), (n - first) * YEAR_WIDTH) for n in names),
        bars=bars,
        rows=tuple(rows),
        per_mark=per_mark,
    )


def _bars(
    first: int, moments: Sequence[Moment], today: dt.date
) -> tuple[ChartBar, ...]:
    """Return the bar of the project, then those of the group and of Efus.

    The last two end with their last event.
    """
    later = FIRMNESS[Firmness.EFUS].label
    periods: dict[str, tuple[dt.date, ...]] = {
        _("MEDI@4SEC project"): PROJECT,
        _("Working group"): (GROUP, *past_days(moments, EventType.FOLLOW_ON, today)),
        str(later): past_days(moments, EventType.EFUS_LATER, today),
    }
    bars: list[ChartBar] = []
    for name, days in periods.items():
        if not days or _abscissa(min(days), first) < 0:
            continue
        x, end = _abscissa(min(days), first), _abscissa(max(days), first)
        text_y = 2 * _LINE + len(bars) * (_LINE + _BAR + _ROW_GAP)
        sizes = (text_y + _ROW_GAP / 2, text_y, round(end - x))
        bars.append(ChartBar(name, round(x), *sizes))
    return tuple(bars)


def _abscissa(day: dt.date, first: int) -> float:
    """Return where a day lies in the columns of years."""
    part = (day.timetuple().tm_yday - 1) / 366
    return (day.year - first + part) * YEAR_WIDTH


def _row(
    name: str,
    moments: Iterable[Moment],
    content: PageContent,
    *,
    first: int,
    top: float,
    per_mark: int,
) -> tuple[ChartRow, float]:
    """Return a row and its height: the marks of a year fill it from below."""
    by_year: dict[int, list[Moment]] = {}
    for moment in moments:
        by_year.setdefault(moment.date.year, []).append(moment)
    marked = {
        year: tuple(_titled_marks(year, own, content, per_mark))
        for year, own in by_year.items()
    }
    most = max(map(len, marked.values()), default=0)
    lines = math.ceil(most / IN_A_ROW)
    bottom = top + _LINE + lines * PITCH
    marks = [
        ChartMark(
            mark,
            Position(
                (year - first) * YEAR_WIDTH + (n % IN_A_ROW + 0.75) * PITCH,
                bottom - (n // IN_A_ROW + 0.5) * PITCH,
            ),
            title,
        )
        for year, own in marked.items()
        for n, (mark, title) in enumerate(own)
    ]
    row = ChartRow(name, top + _LINE - 6, bottom + _ROW_GAP / 2, tuple(marks))
    return row, bottom + _ROW_GAP - top


def _titled_marks(
    year: int, moments: Sequence[Moment], content: PageContent, per_mark: int
) -> Iterator[tuple[RecordMark, str]]:
    """Yield the marks of a year from the earliest, each with what it stands for."""
    records = [moment.record for moment in reversed(moments)]
    if per_mark == 1:
        for record in records:
            title = f"{year} – {record.title_for(content.locale).text}"
            yield record_mark(record, content), title
        return
    for mark in marks_of(records, content, per_mark):
        yield mark, f"{year} – {mark.theme}" if mark.theme else str(year)


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

    `number` counts them, `search_url` is the search that returns them: a long year
    lists only the latest ones.
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
    undated_number: int
    research: str


def timeline_view(content: PageContent, today: dt.date) -> TimelineView:
    """Return the view of the timeline, as it is on a day."""
    moments = moments_of(content.corpus)
    key = ("timeline", content.locale, script_root())
    known, undated, number = made_once(
        content.corpus, key, lambda: _lists(moments, content)
    )
    return TimelineView(
        chart=chart_of(moments, content, today),
        outlook=outlook(content, today),
        years=_with_empty_years(known, today),
        undated=undated,
        undated_number=number,
        research=last_research((moment.record for moment in moments), content.locale),
    )


def _lists(
    moments: Sequence[Moment], content: PageContent
) -> tuple[tuple[TimelineYear, ...], tuple[TimelineItem, ...], int]:
    """Return the years with records, the newest first, and the records without one.

    The number is that of all records without a year.
    """
    every = [*moments, *_later_years(moments)]
    every.sort(key=lambda moment: -moment.date.year)  # the order within a year stays
    by_year = groupby(every, key=lambda moment: moment.date.year)
    years = tuple(_year(year, tuple(own), content) for year, own in by_year)
    undated = undated_records(content.corpus)
    items = tuple(_item(record, content) for record in shortened(undated))
    return years, items, len(undated)


def _later_years(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Yield what lasted longer than its first year, once for each later year."""
    for moment in moments:
        for year in years_between(*moment.record.period)[1:]:
            yield Moment(moment.record, PartialDate(year), moment.kind)


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
    items = [_item(moment.record, content) for moment in shortened(moments)]
    filters = (
        *(Filter(FacetName.KIND, kind.value) for kind in TIMELINE_KINDS),
        Filter(FacetName.YEAR, str(year)),
    )
    return TimelineYear(
        str(year),
        f"y{year}",
        _counts(moments),
        len(moments),
        *shown_first(items, SHOWN),
        search_url=search_url(content.locale, filters=filters),
    )


def _counts(moments: Sequence[Moment]) -> str:
    """Return how many records of each kind there are, in words, without zeros."""
    kinds = [moment.kind for moment in moments]
    events, deliverables, articles = (kinds.count(kind) for kind in MomentKind)
    texts = (
        (events, counted(Kind.EVENT, events)),
        (deliverables, counted(Kind.DELIVERABLE, deliverables)),
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
    if isinstance(record, Event):
        return str(EVENT_TYPES[record.type])
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
