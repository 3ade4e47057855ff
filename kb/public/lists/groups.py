"""The groups of the list of a kind, in the order of the page.

Records are sorted and grouped first: only the rows of one page become cards.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _

from indexer.model.facets import FacetFacts
from indexer.model.ids import Kind, Locale
from indexer.model.query import Sort, SortScale
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import ALL_THEMES
from indexer.search.facet_order import SORT_SCALES
from kb.public.lists.rows import SHOWN_ROWS, folded_rows, in_list_order
from kb.public.timeline.moments import is_upcoming
from kb.web.labels import ALL_THEMES_LABEL
from kb.web.page_content import PageContent
from kb.web.pagination import PageSlice, page_slice
from kb.web.records.cards import Card
from kb.web.records.record_groups import by_title, theme_class, themes_in_order
from kb.web.records.said_once import SaidOnce
from kb.web.search.facet_values import name_key, vocabulary_of
from kb.web.urls import record_url

TO_COME = "to-come"
UNDATED = "undated"
MENTIONED = "mentioned"


PER_PAGE = 150
"""The rows of a page of a list: with 50, a second page would have two practices."""

TERMS_PER_PAGE = 500
"""The rows of the glossary are short: this number has 200 kB, others 230 with 150."""


@dataclass(frozen=True, slots=True)
class RecordGroup:
    """The records of a list under one heading.

    Attributes:
        title: the heading; "" if the list has one group.
        anchor: the id of the heading.
        records: the records, in their order.
        css_class: the class of the theme, for groups by theme.
        url: the page of the theme, for groups by theme.
        has_year: whether the date of an event contains its year.
        shown: the rows that a page shows, and folds the others; None for all.
    """

    title: str
    anchor: str
    records: Sequence[Record]
    css_class: str = ""
    url: str = ""
    has_year: bool = False
    shown: int | None = SHOWN_ROWS


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A group on a page of a list: the rows that are shown, and the folded others.

    Attributes:
        group: the heading, and all the records.
        rows: the rows that are shown.
        folded: the rows that the reader unfolds.
        page: the page on which the group begins.
        is_here: whether the page has rows of the group, or says that it has none.
    """

    group: RecordGroup
    rows: tuple[Card, ...]
    folded: tuple[Card, ...]
    page: int
    is_here: bool

    @property
    def count(self) -> int:
        """The number of rows on all pages."""
        return len(self.group.records)

    def said_above(self, said: SaidOnce) -> Self:
        """Return the group with rows that do not repeat what is said above them."""
        rows, folded = map(said.without, self.rows), map(said.without, self.folded)
        return replace(self, rows=tuple(rows), folded=tuple(folded))


def groups_of_page(
    groups: Iterable[RecordGroup], current: PageSlice, content: PageContent
) -> Iterator[ListGroup]:
    """Yield all groups of a list, with the rows that are on a page of it."""
    start, per_page = 0, current.rows.stop - current.rows.start
    for group in groups:
        rows = slice(
            max(0, current.rows.start - start), max(0, current.rows.stop - start)
        )
        own = group.records[rows]
        first, folded = folded_rows(
            own,
            content,
            shown=len(own) if group.shown is None else group.shown,
            has_year=group.has_year,
        )
        is_void = not group.records and current.page == 1
        page = start // per_page + 1
        yield ListGroup(group, first, folded, page, is_here=bool(own) or is_void)
        start += len(group.records)


def page_of_list(kind: Kind, total: int, page: int) -> PageSlice:
    """Return the rows of a page of a list, the nearest one if there is none."""
    per_page = TERMS_PER_PAGE if kind is Kind.TERM else PER_PAGE
    return page_slice(total, page=page, per_page=per_page)


def list_groups(
    kind: Kind, records: Sequence[Record], content: PageContent, *, today: dt.date
) -> tuple[RecordGroup, ...]:
    """Return the groups of the list of a kind, in the order of the page.

    `today` separates the events to come from past ones.
    """
    match kind:
        case Kind.EVENT:
            return tuple(_by_year(records, today))
        case Kind.TERM:
            return tuple(_by_letter(records, content.locale))
        case Kind.DELIVERABLE:
            return tuple(_by_code(records))
        case Kind.THEME:
            return tuple(_themes(records, content))
        case _:
            return tuple(_by_theme(kind, records, content))


def only_mentioned(records: Iterable[Record], today: dt.date) -> list[Record]:
    """Return the records to fold: hardly more than their title is known.

    An event to come stays with the others.
    """
    return [
        record
        for record in records
        if record.is_only_mentioned and not is_upcoming(record, today)
    ]


def mentioned_group(records: Iterable[Record], locale: Locale) -> RecordGroup:
    """Return the group of the records to fold, which comes last; the newest first."""
    titled = by_title(records, locale)
    ordered = sorted(titled, key=lambda record: record.sort_date, reverse=True)
    return RecordGroup(_("Only mentioned"), MENTIONED, ordered, has_year=True, shown=0)


def _by_theme(
    kind: Kind, records: Sequence[Record], content: PageContent
) -> Iterator[RecordGroup]:
    """Yield the records by their first theme; those on every theme come first."""
    themes = {entry.id.slug: entry for entry in themes_in_order(content.corpus)}
    grouped: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        first = next(iter(record.themes), ALL_THEMES)
        grouped[first if first in themes else ALL_THEMES].append(record)
    for slug in (ALL_THEMES, *themes):
        own = in_list_order(kind, grouped.get(slug, ()), content.locale)
        if not own:
            continue
        theme = themes.get(slug)
        yield RecordGroup(
            str(ALL_THEMES_LABEL)
            if theme is None
            else theme.title_for(content.locale).text,
            slug,
            own,
            css_class=theme_class(slug),
            url=record_url(theme.id, content.locale) if theme is not None else "",
        )


def _themes(records: Sequence[Record], content: PageContent) -> Iterator[RecordGroup]:
    """Yield one group without a heading, with the themes in their order."""
    listed = {record.id for record in records}
    themes = [theme for theme in themes_in_order(content.corpus) if theme.id in listed]
    if themes:
        yield RecordGroup("", "all", themes, shown=None)


def _by_code(records: Sequence[Record]) -> Iterator[RecordGroup]:
    """Yield the reports with a code, then the other publications."""
    coded = [
        record for record in records if isinstance(record, Deliverable) and record.code
    ]
    codes = {record.id for record in coded}
    others = [record for record in records if record.id not in codes]
    for title, anchor, own in (
        (_("Numbered reports"), "numbered", coded),
        (_("Other documents"), "others", others),
    ):
        if own:
            yield RecordGroup(title, anchor, own)


def _by_letter(records: Iterable[Record], locale: Locale) -> Iterator[RecordGroup]:
    """Yield the terms by first letter, in alphabetical order; nothing is folded."""
    letters: defaultdict[str, list[Record]] = defaultdict(list)
    names = {record.id: name_key(record.edition(locale).title) for record in records}
    for record in sorted(records, key=lambda record: names[record.id]):
        letters[names[record.id][:1].upper()].append(record)
    for letter, own in letters.items():
        yield RecordGroup(letter, f"letter-{letter.lower()}", own, shown=None)


def _by_year(records: Sequence[Record], today: dt.date) -> Iterator[RecordGroup]:
    """Yield the events to come, the next one first, then past ones by year.

    The group of events to come is there even without one: readers look for it.
    """
    to_come = [event for event in _dated(records) if is_upcoming(event, today)]
    yield RecordGroup(_("To come"), TO_COME, to_come, has_year=True)
    past: defaultdict[int, list[Record]] = defaultdict(list)
    for record in reversed(_dated(records)):
        start, _end = record.period
        if start is not None and not is_upcoming(record, today):
            past[start.year].append(record)
    for year, own in past.items():
        yield RecordGroup(str(year), f"y{year}", own)
    undated = [event for event in records if event.period[0] is None]
    if undated:
        yield RecordGroup(_("Date unknown"), UNDATED, undated)


def _dated(records: Sequence[Record]) -> list[Record]:
    """Return the records with a date, the earliest first."""
    days = {
        record.id: (start.first_day, record.id)
        for record in records
        if (start := record.period[0]) is not None
    }
    dated = (record for record in records if record.id in days)
    return sorted(dated, key=lambda record: days[record.id])


def practice_groups(
    practices: Iterable[Record], sort: Sort, content: PageContent
) -> tuple[RecordGroup, ...]:
    """Return practices by value of a scale, or by title or date in one group.

    In a value of a scale the latest practice comes first.
    """
    # The title of a practice begins with its place.
    titled = by_title(practices, content.locale)
    by_date = sorted(titled, key=lambda practice: practice.sort_date, reverse=True)
    if sort in SORT_SCALES:
        return tuple(_by_value(by_date, SORT_SCALES[sort], content))
    ordered = titled if sort is Sort.TITLE else by_date
    return (RecordGroup("", "all", ordered, shown=None),)


def _by_value(
    practices: Sequence[Record], scale: SortScale, content: PageContent
) -> Iterator[RecordGroup]:
    """Yield the practices of each value of a scale, then those without a value."""
    vocabulary = vocabulary_of(content.corpus)
    labels = [
        *(
            vocabulary.label(scale.facet, value, content.locale)
            for value in scale.values
        ),
        _("Not known"),
    ]
    for rank, label in enumerate(labels):
        own = [
            practice
            for practice in practices
            if scale.rank(scale.facet.indexed(FacetFacts(practice))) == rank
        ]
        if own:
            yield RecordGroup(label, f"{scale.facet}-{rank + 1}", own)
