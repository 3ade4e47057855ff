"""The page of a place, and the hierarchy of the places that records name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from indexer.analysis.tokens import fold
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.vocabulary import ALL_THEMES
from kb.public.lists.events import DatedCard, event_cards
from kb.public.lists.rows import (
    FoldedList,
    ThemeSquares,
    folded_list,
    kind_filter,
    kind_tally,
    theme_squares,
)
from kb.public.maps.geometry import is_on_map
from kb.public.maps.inset import InsetMap, places_inset
from kb.web.page_content import PageContent
from kb.web.pagination import MAX_WHOLE
from kb.web.records.cards import title_link
from kb.web.records.counts import Tally, counts_text
from kb.web.records.record_groups import (
    RecordsByPlace,
    by_title,
    records_by_place,
    themes_in_order,
)
from kb.web.urls import map_url, place_url, search_url


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """A place in a list: its page, its counts in words, and the places within it."""

    name: str
    url: str
    counts: str
    inner: tuple[PlaceNode, ...]

    @property
    def size(self) -> int:
        """The number of places in it, at any depth."""
        return sum(1 + place.size for place in self.inner)


def of_kind(records: tuple[Record, ...], kind: Kind) -> tuple[Record, ...]:
    """Return the records of a kind."""
    return tuple(record for record in records if record.id.kind is kind)


def place_nodes(
    within: str | None, by_place: RecordsByPlace, content: PageContent
) -> tuple[PlaceNode, ...]:
    """Return the places directly inside a place, by name; None for the outermost."""
    return tuple(
        PlaceNode(
            name=content.corpus.gazetteer[slug].names[content.locale],
            url=place_url(slug, content.locale),
            counts=counts_text(by_place[slug]),
            inner=place_nodes(slug, by_place, content),
        )
        for slug in inner_slugs(within, by_place, content)
    )


def inner_slugs(
    within: str | None, by_place: RecordsByPlace, content: PageContent
) -> list[str]:
    """Return the slugs of the places directly inside a place, sorted by name."""
    places = content.corpus.gazetteer.places
    inside = [slug for slug in by_place if places[slug].within == within]
    return sorted(inside, key=lambda slug: fold(places[slug].names[content.locale]))


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """The practices of a place inside the place of the page.

    Without `url`, those that name no smaller place; without `title`, there is none.
    """

    title: str
    url: str
    practices: FoldedList


@dataclass(frozen=True, slots=True)
class PlaceView:
    """All that the page of a place shows.

    `inset` is None for a place that the map does not show, with all places within.
    `around` are links to the larger places, the largest first; `siblings` the other
    places in the same larger place.
    """

    name: str
    around: tuple[Markup, ...]
    counts: tuple[Tally, ...]
    groups: tuple[PlaceGroup, ...]
    events: tuple[DatedCard, ...]
    events_url: str
    themes: tuple[ThemeSquares, ...]
    inner: tuple[PlaceNode, ...]
    siblings: tuple[PlaceNode, ...]
    siblings_title: str
    map_url: str
    inset: InsetMap | None


def place_view(slug: str, content: PageContent) -> PlaceView | None:
    """Return the records of a place; None if no record names it or a place within."""
    by_place = records_by_place(content.corpus)
    if slug not in by_place:
        return None
    locale = content.locale
    chain = tuple(content.corpus.gazetteer.around(slug))
    own = Filter(FacetName.PLACE, slug)
    practices = of_kind(by_place[slug], Kind.PRACTICE)
    events = of_kind(by_place[slug], Kind.EVENT)
    inner = place_nodes(slug, by_place, content)
    within = chain[0].within
    return PlaceView(
        name=chain[0].names[locale],
        around=tuple(
            title_link(place_url(place.slug, locale), place.names[locale])
            for place in reversed(chain[1:])
        ),
        counts=(
            kind_tally(Kind.PRACTICE, len(practices), (own,), locale),
            kind_tally(Kind.EVENT, len(events), (own,), locale),
            *_other_counts(inner, practices, content),
        ),
        groups=tuple(_groups(slug, by_place, content)),
        events=event_cards(events, content),
        events_url=search_url(locale, filters=(kind_filter(Kind.EVENT), own)),
        themes=theme_squares(practices, (kind_filter(Kind.PRACTICE), own), content),
        inner=inner,
        siblings=tuple(
            node
            for node in place_nodes(within, by_place, content)
            if node.url != place_url(slug, locale)
        ),
        siblings_title=_("Other places: %(place)s", place=chain[1].names[locale])
        if within is not None
        else _("Other countries"),
        map_url=map_url(locale),
        inset=_inset(slug, by_place, content),
    )


def _inset(
    slug: str, by_place: RecordsByPlace, content: PageContent
) -> InsetMap | None:
    """Return the map of a place: the places within that records name, or itself."""
    gazetteer = content.corpus.gazetteer
    within = [
        gazetteer[inner]
        for inner in by_place
        if any(outer.slug == slug for outer in gazetteer.around(inner))
    ]
    shown = [place for place in within if is_on_map(place)]
    return places_inset(shown, content.locale) if shown else None


def all_places(content: PageContent) -> tuple[PlaceNode, ...]:
    """Return all places that have a page, as a hierarchy."""
    return place_nodes(None, records_by_place(content.corpus), content)


def _other_counts(
    inner: tuple[PlaceNode, ...],
    practices: tuple[Record, ...],
    content: PageContent,
) -> Iterator[Tally]:
    """Yield the numbers of smaller places and of themes, which the page lists."""
    smaller = sum(1 + place.size for place in inner)
    if smaller:
        label = ngettext("smaller place", "smaller places", smaller)
        yield Tally(smaller, label, "#inside")
    if practices:
        slugs = {slug for practice in practices for slug in practice.themes} - {
            ALL_THEMES
        }
        of_all = len(themes_in_order(content.corpus))
        label = ngettext(
            "theme out of %(total)s",
            "themes out of %(total)s",
            len(slugs),
            total=of_all,
        )
        yield Tally(len(slugs), label, "#themes")


def _groups(
    slug: str, by_place: RecordsByPlace, content: PageContent
) -> Iterator[PlaceGroup]:
    """Yield the practices of no smaller place, then those of each place inside."""
    inner = [
        inner_slug
        for inner_slug in inner_slugs(slug, by_place, content)
        if of_kind(by_place[inner_slug], Kind.PRACTICE)
    ]
    elsewhere = {record.id for inner_slug in inner for record in by_place[inner_slug]}
    practices = of_kind(by_place[slug], Kind.PRACTICE)
    own = tuple(practice for practice in practices if practice.id not in elsewhere)
    gazetteer, locale = content.corpus.gazetteer, content.locale
    is_short = len(practices) > MAX_WHOLE
    if own:
        name = gazetteer[slug].names[locale]
        title = _("%(place)s, no smaller place named", place=name) if inner else ""
        yield PlaceGroup(title, "", _folded(own, slug, content, is_short=is_short))
    for inner_slug in inner:
        yield PlaceGroup(
            gazetteer[inner_slug].names[locale],
            place_url(inner_slug, locale),
            _folded(
                of_kind(by_place[inner_slug], Kind.PRACTICE),
                inner_slug,
                content,
                is_short=is_short,
            ),
        )


def _folded(
    practices: tuple[Record, ...], slug: str, content: PageContent, *, is_short: bool
) -> FoldedList:
    """Return the practices of a place, sorted by title."""
    ordered = by_title(practices, content.locale)
    own = Filter(FacetName.PLACE, slug)
    return folded_list(ordered, (own,), content, is_short=is_short)
