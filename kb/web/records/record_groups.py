"""The themes in their order, the records of each theme, and those of each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind
from indexer.model.records import FirstStep, Record, Theme
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """The number of records of a kind that belong to a theme."""

    number: int
    label: str
    anchor: str


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


RecordsByPlace = Mapping[str, tuple[Record, ...]]
"""The records that name a place, or a place within it, by slug."""


def records_by_place(corpus: Corpus) -> RecordsByPlace:
    """Return the records of each place that has a page."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in corpus.records.values():
        around = (
            place.slug
            for slug in record.place_slugs
            for place in corpus.gazetteer.around(slug)
        )
        for slug in dict.fromkeys(around):
            found[slug].append(record)
    return {slug: tuple(records) for slug, records in found.items()}
