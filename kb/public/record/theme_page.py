"""The page of a theme: its counts, first steps, and lists of records by kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from kb.public.lists.events import DatedCard, event_cards
from kb.public.lists.rows import (
    FoldedList,
    first_steps,
    folded_list,
    in_list_order,
    kind_filter,
    kind_tally,
    lists_by_source,
)
from kb.public.record.text_parts import ContentsLink
from kb.web.labels import SECTIONS
from kb.web.page_content import PageContent
from kb.web.pagination import shortened
from kb.web.records.cards import Card, record_cards
from kb.web.records.counts import Tally
from kb.web.records.record_groups import records_of_theme, theme_class
from kb.web.urls import search_url

_COUNTED = (
    Kind.NEED,
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    Kind.DELIVERABLE,
    Kind.EVENT,
    Kind.TERM,
)

_PARTS = (
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    Kind.NEED,
    Kind.EVENT,
    Kind.DELIVERABLE,
    Kind.TERM,
)
"""The kinds of records of a theme, in the order of its page."""

_LISTED = (Kind.PRACTICE, Kind.NEED, Kind.DELIVERABLE)


@dataclass(frozen=True, slots=True)
class StartList:
    """What one reader should begin with: records, each with the reason."""

    title: str
    steps: tuple[tuple[Card, str], ...]


@dataclass(frozen=True, slots=True)
class ThemeView:
    """The records that the page of a theme shows.

    `sources` are its recommendations by source, the strongest first, and
    `recommendations_url` a search for all of them; `lists` are the other long lists, by
    folder of the kind, None if empty; `cut` has the number of all records of each
    shortened list, by folder; `ids` are those of all its records.
    """

    css_class: str
    counts: tuple[Tally, ...]
    contents: tuple[ContentsLink, ...]
    starts: tuple[StartList, ...]
    sources: tuple[FoldedList, ...]
    recommendations_url: str
    lists: dict[str, FoldedList | None]
    cut: dict[str, Tally]
    events: tuple[DatedCard, ...]
    terms: tuple[Card, ...]
    ids: frozenset[RecordId]


def theme_view(theme: Record, content: PageContent) -> ThemeView:
    """Return the records that belong to a theme."""
    own = Filter(FacetName.THEME, theme.id.slug)
    gathered = {
        kind: records_of_theme(content.corpus, theme, kind) for kind in _COUNTED
    }
    starts = _starts(theme, content)
    return ThemeView(
        css_class=theme_class(theme.id.slug),
        counts=tuple(
            kind_tally(kind, len(records), (own,), content.locale)
            for kind, records in gathered.items()
            if records
        ),
        contents=tuple(_contents(gathered, has_start=bool(starts))),
        starts=starts,
        sources=tuple(lists_by_source(gathered[Kind.RECOMMENDATION], own, content)),
        recommendations_url=search_url(
            content.locale, filters=(kind_filter(Kind.RECOMMENDATION), own)
        ),
        lists={
            kind.folder: folded_list(
                in_list_order(kind, gathered[kind], content.locale), (own,), content
            )
            if gathered[kind]
            else None
            for kind in _LISTED
        },
        cut={
            kind.folder: kind_tally(kind, len(gathered[kind]), (own,), content.locale)
            for kind in (Kind.EVENT, Kind.TERM)
            if len(shortened(gathered[kind])) < len(gathered[kind])
        },
        events=event_cards(gathered[Kind.EVENT], content),
        terms=record_cards(shortened(gathered[Kind.TERM]), content),
        ids=frozenset(record.id for records in gathered.values() for record in records),
    )


def _starts(theme: Record, content: PageContent) -> tuple[StartList, ...]:
    edition = theme.edition(content.locale)
    lists = (
        (_("For a mayor"), edition.start_mayor),
        (_("For a police officer"), edition.start_police),
    )
    shown = (StartList(title, first_steps(steps, content)) for title, steps in lists)
    return tuple(start for start in shown if start.steps)


def _contents(
    gathered: dict[Kind, tuple[Record, ...]], *, has_start: bool
) -> Iterator[ContentsLink]:
    """Yield the links to the parts of the page that are there."""
    if has_start:
        yield ContentsLink(_("Start here"), "start")
    yield ContentsLink(_("Understand this theme"), "understand")
    for kind in _PARTS:
        if gathered[kind]:
            yield ContentsLink(str(SECTIONS[kind]), kind.folder)
