"""The years of the atlas: each practice is a line, from its start to its last news."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName, Filter
from indexer.model.records import Practice
from kb.public.evidence.dots import Dot, dot_limit, dot_of, practices_url
from kb.web.date_text import period_text
from kb.web.page_content import PageContent
from kb.web.records.record_groups import (
    ThemeEntry,
    all_themes_entry,
    theme_entries,
)

SPAN = 5
"""The number of years below one heading of the list."""

NAME_LENGTH = 26


@dataclass(frozen=True, slots=True)
class YearLine:
    """A practice, when it began and when it was last heard of, in years."""

    dot: Dot
    css_class: str
    period: str
    start: float
    end: float

    @property
    def span_start(self) -> int:
        """The year that its heading in the list begins with."""
        return int(self.start // SPAN * SPAN)


@dataclass(frozen=True, slots=True)
class YearsRow:
    """A theme: lines or, if they are many, how many practices each year has.

    A practice of several themes has one line, in its first.
    """

    theme: ThemeEntry
    lines: tuple[YearLine, ...]
    counts: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Years:
    """The picture, whose axis ends with the last event; `undated` have no line."""

    rows: tuple[YearsRow, ...]
    first: int
    last: int
    undated: int


def years_of(practices: Sequence[Practice], content: PageContent) -> Years:
    """Return the years of practices, theme by theme."""
    dated = [practice for practice in practices if practice.date and practice.themes]
    limit = dot_limit(Counter(practice.themes[0] for practice in dated).values())
    themes = (*theme_entries(content.corpus, content.locale), all_themes_entry())
    rows = (_row(theme, dated, content, limit) for theme in themes)
    years = [int(moment) for practice in dated for moment in _span(practice)]
    return Years(
        rows=tuple(row for row in rows if row.lines or row.counts),
        first=min(years, default=0),
        last=max(years, default=0),
        undated=len(practices) - len(dated),
    )


def _row(
    theme: ThemeEntry, dated: Sequence[Practice], content: PageContent, limit: int
) -> YearsRow:
    own = [practice for practice in dated if practice.themes[0] == theme.slug]
    if len(own) <= limit:
        own.sort(key=lambda practice: (_span(practice), practice.id))
        lines = tuple(_line(practice, theme.css_class, content) for practice in own)
        return YearsRow(theme, lines, ())
    numbers = Counter(
        year
        for practice in dated
        if theme.slug in practice.themes
        for year in FacetName.YEAR.stated(practice)
    )
    of_theme = Filter(FacetName.THEME, theme.slug)
    year_filter = partial(Filter, FacetName.YEAR)
    counts = tuple(
        (int(year), number, practices_url(content, of_theme, year_filter(year)))
        for year, number in sorted(numbers.items())
    )
    return YearsRow(theme, (), counts)


def _line(practice: Practice, css_class: str, content: PageContent) -> YearLine:
    start, end = _span(practice)
    years = PartialDate(int(start)), PartialDate(int(end))
    return YearLine(
        dot=dot_of(practice, content, NAME_LENGTH),
        css_class=css_class,
        period=period_text(*years, content.locale),
        start=start,
        end=end,
    )


def _span(practice: Practice) -> tuple[float, float]:
    """Return when a practice began, and when it ended or was last heard of."""
    dates = (practice.date, practice.end_date, practice.last_news)
    moments = [date.year + ((date.month or 1) - 1) / 12 for date in dates if date]
    return moments[0], max(moments)
