"""The page of a theme, and the grouping of records by theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind
from indexer.model.records import ALL_THEMES, Record, Theme
from kb.public.event_cards import DatedCard, event_cards
from kb.web.cards import Card, record_card, record_cards
from kb.web.labels import ALL_THEMES_LABEL, KINDS
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
class Part:
    """A group of a list; the title is empty if the list has no groups."""

    title: str
    cards: tuple[Card, ...]
    anchor: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """The number of records of a kind that belong to a theme."""

    number: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ThemeView:
    """The records that the page of a theme shows."""

    counts: tuple[ThemeCount, ...]
    needs: tuple[Card, ...]
    recommendations: tuple[Card, ...]
    practices: tuple[Card, ...]
    deliverables: tuple[Card, ...]
    events: tuple[DatedCard, ...]
    terms: tuple[Card, ...]

    @property
    def urls(self) -> set[str]:
        """The addresses of all records on the page."""
        lists = (self.needs, self.recommendations, self.practices, self.deliverables)
        cards = (*chain(*lists, self.terms), *(each.card for each in self.events))
        return {card.url for card in cards}


def theme_view(theme: Record, content: PageContent) -> ThemeView:
    """Return the records that belong to a theme."""
    corpus = content.corpus
    gathered = {kind: records_of_theme(corpus, theme, kind) for kind in _THEME_KINDS}
    return ThemeView(
        counts=theme_counts(gathered),
        needs=record_cards(gathered[Kind.NEED], content),
        recommendations=record_cards(gathered[Kind.RECOMMENDATION], content),
        practices=record_cards(gathered[Kind.PRACTICE], content),
        deliverables=record_cards(gathered[Kind.DELIVERABLE], content),
        events=event_cards(gathered[Kind.EVENT], content),
        terms=record_cards(gathered[Kind.TERM], content),
    )


def themes_in_order(corpus: Corpus) -> tuple[Record, ...]:
    """Return the themes, sorted by their `order`."""
    themes = [
        record for record in corpus.of_kind(Kind.THEME) if isinstance(record, Theme)
    ]
    return tuple(sorted(themes, key=lambda theme: (theme.order, theme.id)))


def by_theme(
    content: PageContent, records: Sequence[Record], *, limit: int | None = None
) -> tuple[Part, ...]:
    """Group records by their first theme, with at most `limit` cards of each."""
    themes = themes_in_order(content.corpus)
    parts = []
    for theme in themes:
        own = [record for record in records if record.themes[:1] == (theme.id.slug,)]
        if own:
            card = record_card(theme, content)
            parts.append(
                Part(
                    card.plain_title,
                    record_cards(own[:limit], content),
                    theme.id.slug,
                    card.url,
                )
            )
    known = {theme.id.slug for theme in themes}
    rest = [record for record in records if not set(record.themes[:1]) & known]
    if rest:
        parts.append(
            Part(str(ALL_THEMES_LABEL), record_cards(rest[:limit], content), ALL_THEMES)
        )
    return tuple(parts)


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
        ThemeCount(len(records), _counted(kind, len(records)), kind.folder)
        for kind, records in gathered.items()
        if records
    )


def _counted(kind: Kind, number: int) -> str:
    match kind:
        case Kind.NEED:
            return ngettext("need", "needs", number)
        case Kind.RECOMMENDATION:
            return ngettext("recommendation", "recommendations", number)
        case Kind.PRACTICE:
            return ngettext("practice", "practices", number)
        case Kind.DELIVERABLE:
            return ngettext("deliverable", "deliverables", number)
        case Kind.EVENT:
            return ngettext("event", "events", number)
        case Kind.TERM:
            return ngettext("term", "terms", number)
        case _:
            return str(KINDS[kind])
