"""The page of a theme, and the grouping of records by theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.records import ALL_THEMES, Record, Theme
from kb.public.event_cards import DatedCard, event_cards
from kb.services import services
from kb.web.cards import Card, record_card, record_cards
from kb.web.labels import ALL_THEMES_LABEL, KINDS

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
    """A part of a list, under a title; a list that is not cut has one without."""

    title: str
    cards: tuple[Card, ...]
    anchor: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many records of a kind belong to a theme."""

    number: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ThemeView:
    """What the page of a theme gathers."""

    counts: tuple[ThemeCount, ...]
    needs: tuple[Card, ...]
    recommendations: tuple[Card, ...]
    practices: tuple[Card, ...]
    deliverables: tuple[Card, ...]
    events: tuple[DatedCard, ...]
    terms: tuple[Card, ...]

    @property
    def urls(self) -> set[str]:
        """The addresses of all that it gathers."""
        lists = (self.needs, self.recommendations, self.practices, self.deliverables)
        cards = (*chain(*lists, self.terms), *(each.card for each in self.events))
        return {card.url for card in cards}


def theme_view(theme: Record, locale: Locale) -> ThemeView:
    """Gather all that belongs to a theme."""
    corpus = services().corpus
    gathered = {kind: records_of_theme(corpus, theme, kind) for kind in _THEME_KINDS}
    return ThemeView(
        counts=theme_counts(gathered),
        needs=record_cards(gathered[Kind.NEED], locale),
        recommendations=record_cards(gathered[Kind.RECOMMENDATION], locale),
        practices=record_cards(gathered[Kind.PRACTICE], locale),
        deliverables=record_cards(gathered[Kind.DELIVERABLE], locale),
        events=event_cards(gathered[Kind.EVENT], locale),
        terms=record_cards(gathered[Kind.TERM], locale),
    )


def themes_in_order(corpus: Corpus) -> tuple[Record, ...]:
    """Give the themes in the order that they ask for."""
    themes = [
        record for record in corpus.of_kind(Kind.THEME) if isinstance(record, Theme)
    ]
    return tuple(sorted(themes, key=lambda theme: (theme.order, theme.id)))


def by_theme(
    corpus: Corpus,
    records: Sequence[Record],
    locale: Locale,
    *,
    limit: int | None = None,
) -> tuple[Part, ...]:
    """Put records under their first theme, in the order of the themes.

    `limit` is how many to show of each.
    """
    parts = []
    for theme in themes_in_order(corpus):
        found = [record for record in records if record.themes[:1] == (theme.id.slug,)]
        if found:
            card = record_card(theme, locale)
            parts.append(
                Part(
                    card.plain_title,
                    record_cards(found[:limit], locale),
                    theme.id.slug,
                    card.url,
                )
            )
    known = {theme.id.slug for theme in themes_in_order(corpus)}
    rest = [record for record in records if not set(record.themes[:1]) & known]
    if rest:
        parts.append(
            Part(str(ALL_THEMES_LABEL), record_cards(rest[:limit], locale), ALL_THEMES)
        )
    return tuple(parts)


def records_of_theme(corpus: Corpus, theme: Record, kind: Kind) -> tuple[Record, ...]:
    """Return the records of a kind that belong to a theme."""
    found = {record.id: record for record in corpus.with_theme(theme.id.slug, kind)}
    if kind is Kind.EVENT:
        linked = corpus.linked(theme, kind, field="events")
        found |= {record.id: record for record in linked}
    return tuple(found.values())


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
