"""The parts of the page of a theme: counted searches, sources, needs, contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.records import Firmness, Record
from kb.public.page_contents import ContentsLink
from kb.web.cards import Card, record_card, record_cards
from kb.web.coverage import CoverageView, coverage_of
from kb.web.labels import FIRMNESS, SECTIONS, Badge
from kb.web.page_content import PageContent
from kb.web.urls import search_url

PARTS = (
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    Kind.NEED,
    Kind.EVENT,
    Kind.DELIVERABLE,
    Kind.TERM,
)
"""The kinds of records of a theme, in the order of its page."""

KindRecords = Mapping[Kind, Sequence[Record]]


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The recommendations of one kind of source; what it is worth is said once."""

    badge: Badge
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ThemeNeed:
    """A need with the squares of its answers."""

    card: Card
    coverage: CoverageView | None


def source_groups(
    recommendations: Sequence[Record], content: PageContent
) -> tuple[SourceGroup, ...]:
    """Group recommendations by their source, the strongest first."""
    known = [each for each in recommendations if each.firmness is not None]
    ordered = sorted(known, key=lambda each: _rank(each.firmness))
    return tuple(
        SourceGroup(FIRMNESS[firmness], record_cards(group, content))
        for firmness, group in groupby(ordered, key=lambda each: each.firmness)
        if firmness is not None
    )


def _rank(firmness: Firmness | None) -> tuple[int, int]:
    """Return the order of a source: by strength, then as labels are listed."""
    if firmness is None:
        return 0, 0
    return -FIRMNESS[firmness].strength, list(FIRMNESS).index(firmness)


def need_rows(needs: Sequence[Record], content: PageContent) -> tuple[ThemeNeed, ...]:
    """Return the needs of a theme with the squares of their answers."""
    return tuple(
        ThemeNeed(record_card(each, content), coverage_of(each)) for each in needs
    )


def theme_search_url(theme: Record, kind: Kind, content: PageContent) -> str:
    """Return the address of the search for the records of a kind with a theme."""
    filters = (
        Filter(FacetName.KIND, kind.value),
        Filter(FacetName.THEME, theme.id.slug),
    )
    return search_url(content.locale, filters=filters)


def theme_contents(
    gathered: KindRecords, *, has_start: bool
) -> tuple[ContentsLink, ...]:
    """Return the list of the parts of the page that are there."""
    links = [ContentsLink(_("Start here"), "start")] if has_start else []
    links.append(ContentsLink(_("Understand this theme"), "understand"))
    links += [
        ContentsLink(str(SECTIONS[kind]), kind.folder)
        for kind in PARTS
        if gathered.get(kind)
    ]
    return tuple(links)
