"""The list of the records of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.analysis.normalization import fold
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.records import ALL_THEMES, Record
from kb.public.event_cards import DatedCard, event_cards
from kb.public.glossary import letter_groups
from kb.public.theme import by_theme, ranked, themes_in_order
from kb.web.cards import CardGroup, record_cards
from kb.web.labels import SECTIONS
from kb.web.page_content import PageContent
from kb.web.urls import failures_url, search_url

_BY_THEME = {Kind.PRACTICE, Kind.NEED}


@dataclass(frozen=True, slots=True)
class RecordListView:
    """All that the list of a kind shows."""

    title: str
    count: int
    groups: tuple[CardGroup, ...]
    letters: tuple[CardGroup, ...]
    events: tuple[DatedCard, ...]
    search_url: str
    failures_url: str


def list_view(kind: Kind, content: PageContent) -> RecordListView:
    """Return the view of all records of a kind."""
    records, locale = tuple(content.corpus.of_kind(kind)), content.locale
    return RecordListView(
        title=str(SECTIONS[kind]),
        count=len(records),
        groups=_groups(content, kind, records),
        letters=letter_groups(records, content) if kind is Kind.TERM else (),
        events=event_cards(records, content) if kind is Kind.EVENT else (),
        search_url=search_url(locale, filters=(Filter(FacetName.KIND, kind.value),)),
        failures_url=failures_url(locale) if kind is Kind.PRACTICE else "",
    )


def _groups(
    content: PageContent, kind: Kind, records: Sequence[Record]
) -> tuple[CardGroup, ...]:
    """Return the records by theme, or in one group without a title."""
    if kind in {Kind.TERM, Kind.EVENT}:
        return ()
    if kind is Kind.PRACTICE:
        # The title of a practice begins with its place.
        locale = content.locale
        records = sorted(records, key=lambda each: fold(each.edition(locale).title))
    if kind is Kind.RECOMMENDATION:
        # What applies to every theme comes first, and the last theme stays last.
        groups = by_theme(content, ranked(records))
        return tuple(sorted(groups, key=lambda each: each.anchor != ALL_THEMES))
    if kind in _BY_THEME:
        return by_theme(content, records)
    if kind is Kind.THEME:
        records = themes_in_order(content.corpus)
    else:  # deliverables: those with a code come first
        records = sorted(records, key=lambda each: not getattr(each, "code", ""))
    return (CardGroup("", record_cards(records, content)),) if records else ()
