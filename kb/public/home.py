"""The home page."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Event, Need
from indexer.model.vocabulary import Audience, EventType, Firmness
from kb.public.lists.events import UpcomingEvent, upcoming_events
from kb.public.lists.rows import ThemeTile, theme_tiles
from kb.public.maps.band_map import BandMap, band_map
from kb.web.date_text import date_text, day_and_month
from kb.web.labels import FIRMNESS, Badge
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.menu import MenuLink, ways_in
from kb.web.page_content import PageContent
from kb.web.pagination import shown_first
from kb.web.records.cards import record_link
from kb.web.records.counts import (
    CoverageView,
    Tally,
    counted,
    coverage_of,
    demand,
    kind_noun,
    towns_text,
)
from kb.web.records.record_groups import (
    ThemeEntry,
    all_themes_entry,
    theme_class,
    theme_entries,
    themes_in_order,
)
from kb.web.urls import (
    audience_url,
    list_url,
    record_url,
    search_url,
    unanswered_needs_url,
)

MEETINGS_PER_YEAR = 4


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a year; `day` is empty where only the year is known."""

    day: str
    iso: str
    link: Markup
    css_class: str
    note: str
    """What marks a meeting of Efus after the project, "" for any other."""


@dataclass(frozen=True, slots=True)
class PathYear:
    """The first meetings of a year, and the number of the others."""

    year: int
    meetings: tuple[Meeting, ...]
    more: int


@dataclass(frozen=True, slots=True)
class HomePath:
    """The years with meetings, in order, and a sentence on what comes next."""

    years: tuple[PathYear, ...]
    next_sentence: str


def home_path(
    events: Sequence[Record], content: PageContent, today: dt.date
) -> HomePath:
    """Return the path through the dated events."""
    dated = [(date, event) for event in events if (date := event.period[0]) is not None]
    dated.sort(key=lambda item: (item[0].first_day, item[1].id))
    years = dict.fromkeys(date.year for date, _record in dated)
    return HomePath(
        years=tuple(_year(year, dated, content) for year in years),
        next_sentence=_next(dated, content, today),
    )


_Dated = list[tuple[PartialDate, Record]]


def _year(year: int, dated: _Dated, content: PageContent) -> PathYear:
    own = [(date, event) for date, event in dated if date.year == year]
    first, others = shown_first(own, MEETINGS_PER_YEAR)
    meetings = tuple(_meeting(date, event, content) for date, event in first)
    return PathYear(year, meetings, len(others))


def _meeting(date: PartialDate, event: Record, content: PageContent) -> Meeting:
    locale = content.locale
    is_later = isinstance(event, Event) and event.type is EventType.EFUS_LATER
    return Meeting(
        day=day_and_month(date, locale),
        iso=str(date),
        link=record_link(event, locale),
        css_class=theme_class(next(iter(event.themes), "")),
        note=str(FIRMNESS[Firmness.EFUS].label) if is_later else "",
    )


def _next(dated: _Dated, content: PageContent, today: dt.date) -> str:
    """Return the next meeting, or when the last known one was."""
    coming = [date for date, _record in dated if date.first_day > today]
    if coming:
        return _("Next meeting: %(date)s.", date=date_text(coming[0], content.locale))
    if not dated:
        return _("No meeting is announced here yet.")
    last, event = dated[-1]
    end = event.period[1] or last
    return _(
        "Last known meeting: %(date)s. None is announced here yet.",
        date=date_text(end, content.locale),
    )


HOME_NEEDS = 3
LEGEND = (
    Firmness.CONCLUSION,
    Firmness.GUIDANCE,
    Firmness.AGENDA_QUESTION,
    Firmness.SPEAKER,
)
READERS: dict[Audience, LazyString] = {
    Audience.LOCAL: _l("Mayor or councillor"),
    Audience.LAW_ENFORCEMENT: _l("Police officer"),
    Audience.SCHOOLS: _l("School or parent"),
    Audience.CIVIL: _l("Association or resident"),
    Audience.INDUSTRY: _l("Company"),
    Audience.RESEARCH: _l("Researcher"),
}
"""How readers of the main audiences name themselves, after “You are”."""

_UNREAD_REPORT = RecordId(Kind.DELIVERABLE, "d3.5")
_COUNTED_KINDS = (
    Kind.PRACTICE,
    Kind.RECOMMENDATION,
    Kind.NEED,
    Kind.DELIVERABLE,
    Kind.EVENT,
    Kind.TERM,
)


@dataclass(frozen=True, slots=True)
class NeedGroup:
    """The first needs of a theme."""

    theme: ThemeEntry
    count: str
    needs: tuple[tuple[Markup, CoverageView | None, str], ...]
    """A link to each need, what answers it, and how many towns have it."""


@dataclass(frozen=True, slots=True)
class HomeView:
    """All that the home page shows."""

    map: BandMap
    counts: tuple[Tally, ...]
    readers: tuple[tuple[str, str], ...]
    """How readers name themselves, and the address of the page of their audience."""
    needs: tuple[NeedGroup, ...]
    needs_count: int
    unanswered_count: int
    unanswered_url: str
    themes: tuple[ThemeTile, ...]
    ways_in: tuple[MenuLink, ...]
    upcoming: tuple[UpcomingEvent, ...]
    path: HomePath
    legend: tuple[Badge, ...]
    examples: tuple[tuple[str, str], ...]
    unread_report_url: str
    """The address of the official recommendations, or "" without their record."""


def home_view(content: PageContent, today: dt.date) -> HomeView:
    """Return the view of the home page; `today` parts past meetings from next ones."""
    corpus, locale = content.corpus, content.locale
    needs = [record for record in corpus.of_kind(Kind.NEED) if isinstance(record, Need)]
    return HomeView(
        map=band_map(content),
        counts=tuple(kind_counts(corpus, locale)),
        readers=tuple(
            (str(name), audience_url(audience, locale))
            for audience, name in READERS.items()
        ),
        needs=tuple(_need_groups(needs, content)),
        needs_count=len(needs),
        unanswered_count=sum(not (n.practices or n.recommendations) for n in needs),
        unanswered_url=unanswered_needs_url(locale),
        themes=theme_tiles(themes_in_order(corpus), content),
        ways_in=ways_in(locale),
        upcoming=upcoming_events(corpus, locale, today),
        path=home_path(corpus.of_kind(Kind.EVENT), content, today),
        legend=tuple(FIRMNESS[firmness] for firmness in LEGEND),
        examples=example_searches(locale),
        unread_report_url=(
            record_url(_UNREAD_REPORT, locale)
            if _UNREAD_REPORT in corpus.records
            else ""
        ),
    )


def example_searches(locale: Locale) -> tuple[tuple[str, str], ...]:
    """Return texts that can be searched, each with the address of its results."""
    texts = (
        _("answering online hate"),
        _("stolen bikes"),
        _("rumours in a crisis"),
        _("WhatsApp neighbourhood groups"),
    )
    return tuple((text, search_url(locale, text=text)) for text in texts)


def kind_counts(corpus: Corpus, locale: Locale) -> Iterator[Tally]:
    """Yield the number of records of each kind that has any."""
    for kind in _COUNTED_KINDS:
        number = len(corpus.of_kind(kind))
        if number:
            yield Tally(number, kind_noun(kind, number), list_url(kind, locale))


def _need_groups(needs: Sequence[Need], content: PageContent) -> Iterator[NeedGroup]:
    """Yield the needs of each theme, then those of no theme in particular."""
    themes = theme_entries(content.corpus, content.locale)
    for theme in themes:
        own = _needs_of(theme.slug, needs)
        if own:
            yield _need_group(theme, own, content)
    known = {theme.slug for theme in themes}
    rest = [need for need in needs if not known.intersection(need.themes[:1])]
    if rest:
        yield _need_group(all_themes_entry(), rest, content)


def _needs_of(theme: str, needs: Iterable[Need]) -> list[Need]:
    """Return the needs whose first theme is this one; else those that also have it."""
    own = [need for need in needs if theme in need.themes]
    return [need for need in own if need.themes[0] == theme] or own


def _need_group(
    theme: ThemeEntry, needs: Sequence[Need], content: PageContent
) -> NeedGroup:
    return NeedGroup(
        theme=theme,
        count=counted(Kind.NEED, len(needs)),
        needs=tuple(
            (record_link(need, content.locale), coverage_of(need), towns_text(need))
            for need in sorted(needs, key=demand)[:HOME_NEEDS]
        ),
    )
