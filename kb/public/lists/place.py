"""The page of a place, and the hierarchy of the places that records name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.analysis.tokens import fold
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.records import ALL_THEMES, Record
from kb.public.lists.events import DatedCard, event_cards
from kb.public.lists.rows import (
    FoldedList,
    Tally,
    ThemeSquares,
    folded_list,
    kind_filter,
    kind_tally,
    theme_squares,
)
from kb.public.maps.inset import InsetMap, places_inset
from kb.public.maps.sites import is_on_map
from kb.web.page_content import PageContent
from kb.web.records.record_groups import (
    RecordsByPlace,
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
        return sum(1 + each.size for each in self.inner)


def of_kind(records: tuple[Record, ...], kind: Kind) -> tuple[Record, ...]:
    """Return the records of a kind."""
    return tuple(each for each in records if each.id.kind is kind)


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


def counts_text(records: tuple[Record, ...]) -> str:
    """Return how many practices and events there are, in words, without zeros."""
    practices = len(of_kind(records, Kind.PRACTICE))
    events = len(of_kind(records, Kind.EVENT))
    texts = []
    if practices:
        texts.append(ngettext("%(num)s practice", "%(num)s practices", practices))
    if events:
        texts.append(ngettext("%(num)s event", "%(num)s events", events))
    return ", ".join(texts)


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
    `around` are the larger places, the largest first; `neighbours` the other places in
    the same larger place.
    """

    name: str
    around: tuple[tuple[str, str], ...]
    counts: tuple[Tally, ...]
    groups: tuple[PlaceGroup, ...]
    events: tuple[DatedCard, ...]
    events_url: str
    themes: tuple[ThemeSquares, ...]
    inner: tuple[PlaceNode, ...]
    neighbours: tuple[PlaceNode, ...]
    neighbours_title: str
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
            (each.names[locale], place_url(each.slug, locale))
            for each in reversed(chain[1:])
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
        neighbours=tuple(
            each
            for each in place_nodes(within, by_place, content)
            if each.url != place_url(slug, locale)
        ),
        neighbours_title=_("Other places: %(place)s", place=chain[1].names[locale])
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
        gazetteer[each]
        for each in by_place
        if any(outer.slug == slug for outer in gazetteer.around(each))
    ]
    shown = [each for each in within if is_on_map(each)]
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
    smaller = sum(1 + each.size for each in inner)
    if smaller:
        label = ngettext("smaller place", "smaller places", smaller)
        yield Tally(smaller, label, "#inside")
    if practices:
        slugs = {slug for each in practices for slug in each.themes} - {ALL_THEMES}
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
        each
        for each in inner_slugs(slug, by_place, content)
        if of_kind(by_place[each], Kind.PRACTICE)
    ]
    elsewhere = {record.id for each in inner for record in by_place[each]}
    practices = of_kind(by_place[slug], Kind.PRACTICE)
    own = tuple(each for each in practices if each.id not in elsewhere)
    gazetteer, locale = content.corpus.gazetteer, content.locale
    if own:
        name = gazetteer[slug].names[locale]
        title = _("%(place)s, no smaller place named", place=name) if inner else ""
        yield PlaceGroup(title, "", _folded(own, slug, content))
    for each in inner:
        yield PlaceGroup(
            gazetteer[each].names[locale],
            place_url(each, locale),
            _folded(of_kind(by_place[each], Kind.PRACTICE), each, content),
        )


def _folded(
    practices: tuple[Record, ...], slug: str, content: PageContent
) -> FoldedList:
    """Return the practices of a place, sorted by title."""
    ordered = sorted(
        practices, key=lambda each: fold(each.edition(content.locale).title)
    )
    filters = (kind_filter(Kind.PRACTICE), Filter(FacetName.PLACE, slug))
    return folded_list(ordered, filters, content)
