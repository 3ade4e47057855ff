"""The list of the records of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.analysis.normalization import fold
from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.records import Record
from kb.public.event_cards import DatedCard, event_cards
from kb.public.glossary import LetterGroup, letter_groups
from kb.public.theme import Part, by_theme, themes_in_order
from kb.services import services
from kb.web.cards import record_cards
from kb.web.labels import ICONS, SECTIONS
from kb.web.urls import search_url

_BY_THEME = {Kind.PRACTICE, Kind.RECOMMENDATION, Kind.NEED}


@dataclass(frozen=True, slots=True)
class RecordListView:
    """The list of a kind."""

    kind: Kind
    icon: str
    title: str
    count: int
    parts: tuple[Part, ...]
    letters: tuple[LetterGroup, ...]
    events: tuple[DatedCard, ...]
    search_url: str


def list_view(kind: Kind, locale: Locale) -> RecordListView:
    """Present all records of a kind."""
    corpus = services().corpus
    records = tuple(corpus.of_kind(kind))
    return RecordListView(
        kind=kind,
        icon=ICONS[kind],
        title=str(SECTIONS[kind]),
        count=len(records),
        parts=_parts(corpus, kind, records, locale),
        letters=letter_groups(records, locale) if kind is Kind.TERM else (),
        events=event_cards(records, locale) if kind is Kind.EVENT else (),
        search_url=search_url(locale, filters=(Filter(FacetName.KIND, kind.value),)),
    )


def _parts(
    corpus: Corpus, kind: Kind, records: Sequence[Record], locale: Locale
) -> tuple[Part, ...]:
    if kind in {Kind.TERM, Kind.EVENT}:
        return ()
    if kind is Kind.PRACTICE:
        # Their titles begin with the place.
        records = sorted(records, key=lambda each: fold(each.edition(locale).title))
    if kind in _BY_THEME:
        return by_theme(corpus, records, locale)
    ordered = themes_in_order(corpus) if kind is Kind.THEME else _coded_first(records)
    return (Part("", record_cards(ordered, locale)),) if ordered else ()


def _coded_first(records: Sequence[Record]) -> list[Record]:
    """Put the deliverables that have a code before those known by title only."""
    return sorted(records, key=lambda each: not getattr(each, "code", ""))
