"""The page of a theme, and the grouping of records by theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Firmness, FirstStep, Record, Theme
from kb.public.event_cards import DatedCard, event_cards
from kb.public.page_contents import ContentsLink
from kb.public.theme_parts import (
    SourceGroup,
    ThemeNeed,
    need_rows,
    source_groups,
    theme_contents,
    theme_search_url,
)
from kb.web.cards import Card, record_card, record_cards
from kb.web.page_content import PageContent

_THEME_KINDS = (
    Kind.NEED,
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    Kind.DELIVERABLE,
    Kind.EVENT,
    Kind.TERM,
)


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """The number of records of a kind that belong to a theme.

    `url` is the address of the search that finds them, where a page links to it.
    """

    number: int
    label: str
    anchor: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class StartList:
    """What one reader should begin with: records, each with the reason."""

    title: str
    steps: tuple[tuple[Card, str], ...]


@dataclass(frozen=True, slots=True)
class ThemeView:
    """The records that the page of a theme shows.

    `cards` are by folder of the kind, those of recommendations in `sources` and those
    of needs in `needs`; `ids` are the ids of all records on the page.
    """

    counts: tuple[ThemeCount, ...]
    cards: dict[str, tuple[Card, ...]]
    contents: tuple[ContentsLink, ...]
    sources: tuple[SourceGroup, ...]
    needs: tuple[ThemeNeed, ...]
    events: tuple[DatedCard, ...]
    starts: tuple[StartList, ...]
    ids: frozenset[RecordId]


def theme_view(theme: Record, content: PageContent) -> ThemeView:
    """Return the records that belong to a theme."""
    gathered = {
        kind: records_of_theme(content.corpus, theme, kind) for kind in _THEME_KINDS
    }
    starts = _starts(theme, content)
    return ThemeView(
        counts=tuple(
            replace(count, url=theme_search_url(theme, _kind(count), content))
            for count in theme_counts(gathered)
        ),
        cards={
            kind.folder: record_cards(records, content)
            for kind, records in gathered.items()
            if kind not in {Kind.RECOMMENDATION, Kind.NEED}
        },
        contents=theme_contents(gathered, has_start=bool(starts)),
        sources=source_groups(gathered[Kind.RECOMMENDATION], content),
        needs=need_rows(gathered[Kind.NEED], content),
        events=event_cards(gathered[Kind.EVENT], content),
        starts=starts,
        ids=frozenset(each.id for records in gathered.values() for each in records),
    )


def _kind(count: ThemeCount) -> Kind:
    return next(kind for kind in _THEME_KINDS if kind.folder == count.anchor)


def _starts(theme: Record, content: PageContent) -> tuple[StartList, ...]:
    edition = theme.edition(content.locale)
    lists = (
        (_("For a mayor"), edition.start_mayor),
        (_("For a police officer"), edition.start_police),
    )
    shown = (StartList(title, first_steps(steps, content)) for title, steps in lists)
    return tuple(each for each in shown if each.steps)


def first_steps(
    steps: Iterable[FirstStep], content: PageContent
) -> tuple[tuple[Card, str], ...]:
    """Return the card of each published record of a list, with why to read it."""
    records = content.corpus.records
    return tuple(
        (record_card(records[step.record], content), step.why)
        for step in steps
        if step.record in records
    )


def ranked(records: Sequence[Record]) -> tuple[Record, ...]:
    """Sort recommendations: conclusions, guidance, the rest; by id within each."""
    order: dict[Firmness | None, int] = {Firmness.CONCLUSION: 0, Firmness.GUIDANCE: 1}
    return tuple(sorted(records, key=lambda each: order.get(each.firmness, len(order))))


def themes_in_order(corpus: Corpus) -> tuple[Record, ...]:
    """Return the themes, sorted by their `order`."""
    themes = [
        record for record in corpus.of_kind(Kind.THEME) if isinstance(record, Theme)
    ]
    return tuple(sorted(themes, key=lambda theme: (theme.order, theme.id)))


def records_of_theme(corpus: Corpus, theme: Record, kind: Kind) -> tuple[Record, ...]:
    """Return the records of a kind that belong to a theme."""
    records = {record.id: record for record in corpus.with_theme(theme.id.slug, kind)}
    if kind is Kind.EVENT:
        linked = corpus.linked(theme, kind, field="events")
        records |= {record.id: record for record in linked}
    return tuple(records.values())


def theme_counts(gathered: dict[Kind, tuple[Record, ...]]) -> tuple[ThemeCount, ...]:
    """Return how many records of each kind belong to a theme, without empty kinds."""
    return tuple(
        ThemeCount(len(records), kind_noun(kind, len(records)), kind.folder)
        for kind, records in gathered.items()
        if records
    )


def kind_noun(kind: Kind, number: int) -> str:
    """Return what a number of records of a kind are called, without the number."""
    return {
        Kind.NEED: ngettext("need", "needs", number),
        Kind.RECOMMENDATION: ngettext("recommendation", "recommendations", number),
        Kind.PRACTICE: ngettext("practice", "practices", number),
        Kind.DELIVERABLE: ngettext("deliverable", "deliverables", number),
        Kind.EVENT: ngettext("event", "events", number),
        Kind.TERM: ngettext("term", "terms", number),
    }[kind]
