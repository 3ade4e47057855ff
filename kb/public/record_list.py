"""The list of the records of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Sort
from indexer.model.records import ALL_THEMES, Record
from indexer.search.sort_scales import SORT_SCALES
from kb.public.event_cards import DatedCard, event_cards
from kb.public.glossary import letter_groups
from kb.public.practice_list import practice_groups
from kb.public.theme import by_theme, ranked, themes_in_order
from kb.web.cards import CardGroup, record_cards
from kb.web.labels import SECTIONS, SORTS
from kb.web.page_content import PageContent
from kb.web.sort_menu import SortOption, list_sorts
from kb.web.urls import failures_url, search_url


@dataclass(frozen=True, slots=True)
class RecordListView:
    """All that the list of a kind shows; `groups_label` names the links to groups."""

    title: str
    count: int
    groups: tuple[CardGroup, ...]
    groups_label: str
    letters: tuple[CardGroup, ...]
    events: tuple[DatedCard, ...]
    search_url: str
    failures_url: str
    sorts: tuple[SortOption, ...]


def list_view(
    kind: Kind, content: PageContent, sort: Sort = Sort.RELEVANCE
) -> RecordListView:
    """Return the view of all records of a kind; `sort` applies to practices."""
    is_practice = kind is Kind.PRACTICE
    records, locale = tuple(content.corpus.of_kind(kind)), content.locale
    return RecordListView(
        title=str(SECTIONS[kind]),
        count=len(records),
        groups=practice_groups(records, sort, content)
        if is_practice
        else _groups(content, kind, records),
        groups_label=str(SORTS[sort] if sort in SORT_SCALES else SECTIONS[Kind.THEME]),
        letters=letter_groups(records, content) if kind is Kind.TERM else (),
        events=event_cards(records, content) if kind is Kind.EVENT else (),
        search_url=search_url(locale, filters=(Filter(FacetName.KIND, kind.value),)),
        failures_url=failures_url(locale) if is_practice else "",
        sorts=list_sorts(sort) if is_practice and len(records) > 1 else (),
    )


def _groups(
    content: PageContent, kind: Kind, records: Sequence[Record]
) -> tuple[CardGroup, ...]:
    """Return the records by theme, or in one group without a title."""
    if kind in {Kind.TERM, Kind.EVENT}:
        return ()
    if kind is Kind.RECOMMENDATION:
        # What applies to every theme comes first, and the last theme stays last.
        groups = by_theme(content, ranked(records))
        return tuple(sorted(groups, key=lambda each: each.anchor != ALL_THEMES))
    if kind is Kind.NEED:
        return by_theme(content, records)
    if kind is Kind.THEME:
        records = themes_in_order(content.corpus)
    else:  # deliverables: those with a code come first
        records = sorted(records, key=lambda each: not getattr(each, "code", ""))
    return (CardGroup("", record_cards(records, content)),) if records else ()
