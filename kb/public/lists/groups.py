"""The groups of the list of a kind, in the order of the page."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.facets import FacetFacts
from indexer.model.ids import Kind
from indexer.model.query import Sort, SortScale
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import ALL_THEMES
from indexer.search.facet_order import SORT_SCALES
from kb.public.lists.rows import folded_rows, in_list_order, list_card
from kb.public.timeline.moments import is_upcoming
from kb.web.labels import ALL_THEMES_LABEL
from kb.web.page_content import PageContent
from kb.web.records.cards import Card
from kb.web.records.record_groups import by_title, theme_class, themes_in_order
from kb.web.search.facet_values import name_key, vocabulary_of
from kb.web.urls import record_url

TO_COME = "to-come"
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class ListGroup:
    """The rows of a list under one heading: the first ones, and the folded others.

    Attributes:
        title: the heading; "" if the list has one group.
        anchor: the id of the heading.
        rows: the rows that are shown.
        folded: the rows that the reader unfolds.
        css_class: the class of the theme, for groups by theme.
        url: the page of the theme, for groups by theme.
    """

    title: str
    anchor: str
    rows: tuple[Card, ...]
    folded: tuple[Card, ...] = ()
    css_class: str = ""
    url: str = ""

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.rows) + len(self.folded)


def list_groups(
    kind: Kind, records: Sequence[Record], content: PageContent, *, today: dt.date
) -> tuple[ListGroup, ...]:
    """Return the groups of the list of a kind, in the order of the page.

    `today` separates the events to come from past ones.
    """
    match kind:
        case Kind.EVENT:
            return tuple(_by_year(records, content, today))
        case Kind.TERM:
            return tuple(_by_letter(records, content))
        case Kind.DELIVERABLE:
            return tuple(_by_code(records, content))
        case Kind.THEME:
            return tuple(_themes(records, content))
        case _:
            return tuple(_by_theme(kind, records, content))


def _by_theme(
    kind: Kind, records: Sequence[Record], content: PageContent
) -> Iterator[ListGroup]:
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
        rows, others = folded_rows(own, content)
        yield ListGroup(
            str(ALL_THEMES_LABEL)
            if theme is None
            else theme.title_for(content.locale).text,
            slug,
            rows,
            others,
            css_class=theme_class(slug),
            url=record_url(theme.id, content.locale) if theme is not None else "",
        )


def _themes(records: Sequence[Record], content: PageContent) -> Iterator[ListGroup]:
    """Yield one group without a heading, with the themes in their order."""
    listed = {record.id for record in records}
    themes = [theme for theme in themes_in_order(content.corpus) if theme.id in listed]
    if themes:
        yield ListGroup("", "all", tuple(list_card(theme, content) for theme in themes))


def _by_code(records: Sequence[Record], content: PageContent) -> Iterator[ListGroup]:
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
            yield ListGroup(title, anchor, *folded_rows(own, content))


def _by_letter(records: Iterable[Record], content: PageContent) -> Iterator[ListGroup]:
    """Yield the terms by first letter, in alphabetical order; nothing is folded."""
    letters: defaultdict[str, list[Card]] = defaultdict(list)
    cards = [list_card(record, content) for record in records]
    for card in sorted(cards, key=lambda card: name_key(card.plain_title)):
        letters[name_key(card.plain_title)[:1].upper()].append(card)
    for letter, own in letters.items():
        yield ListGroup(letter, f"letter-{letter.lower()}", tuple(own))


def _by_year(
    records: Sequence[Record], content: PageContent, today: dt.date
) -> Iterator[ListGroup]:
    """Yield the events to come, the next one first, then past ones by year.

    The group of events to come is there even without one: readers look for it.
    """
    to_come = [event for event in _dated(records) if is_upcoming(event, today)]
    yield ListGroup(
        _("To come"), TO_COME, *folded_rows(to_come, content, has_year=True)
    )
    past: defaultdict[int, list[Record]] = defaultdict(list)
    for record in reversed(_dated(records)):
        start, _end = record.period
        if start is not None and not is_upcoming(record, today):
            past[start.year].append(record)
    for year, own in past.items():
        yield ListGroup(str(year), f"y{year}", *folded_rows(own, content))
    undated = [event for event in records if event.period[0] is None]
    if undated:
        yield ListGroup(_("Date unknown"), UNDATED, *folded_rows(undated, content))


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
) -> tuple[ListGroup, ...]:
    """Return practices by value of a scale, or by title or date in one group.

    In a value of a scale the latest practice comes first.
    """
    # The title of a practice begins with its place.
    titled = by_title(practices, content.locale)
    by_date = sorted(titled, key=lambda practice: practice.sort_date, reverse=True)
    if sort in SORT_SCALES:
        return tuple(_by_value(by_date, SORT_SCALES[sort], content))
    ordered = titled if sort is Sort.TITLE else by_date
    return (ListGroup("", "all", *folded_rows(ordered, content, shown=len(ordered))),)


def _by_value(
    practices: Sequence[Record], scale: SortScale, content: PageContent
) -> Iterator[ListGroup]:
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
            yield ListGroup(
                label, f"{scale.facet}-{rank + 1}", *folded_rows(own, content)
            )
