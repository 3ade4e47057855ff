"""The path of the project and the group on the home page, year by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.dates import PartialDate
from indexer.model.records import Record, Title
from kb.web.date_text import date_text, day_and_month
from kb.web.page_content import PageContent
from kb.web.theme_looks import theme_class
from kb.web.urls import record_url

MEETINGS_PER_YEAR = 4


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a year; `day` is empty where only the year is known."""

    day: str
    iso: str
    title: Title
    url: str
    css_class: str


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
    dated = [(date, each) for each in events if (date := each.period[0]) is not None]
    dated.sort(key=lambda item: (item[0].first_day, item[1].id))
    years = dict.fromkeys(date.year for date, _record in dated)
    return HomePath(
        years=tuple(_year(each, dated, content) for each in years),
        next_sentence=_next(dated, content, today),
    )


_Dated = list[tuple[PartialDate, Record]]


def _year(year: int, dated: _Dated, content: PageContent) -> PathYear:
    own = [(date, each) for date, each in dated if date.year == year]
    shown = own[:MEETINGS_PER_YEAR] if len(own) > MEETINGS_PER_YEAR + 1 else own
    return PathYear(
        year,
        tuple(_meeting(date, each, content) for date, each in shown),
        len(own) - len(shown),
    )


def _meeting(date: PartialDate, event: Record, content: PageContent) -> Meeting:
    locale = content.locale
    return Meeting(
        day=day_and_month(date, locale),
        iso=str(date),
        title=event.title_for(locale),
        url=record_url(event.id, locale),
        css_class=theme_class(event.themes[0] if event.themes else ""),
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
