"""The map in the band of the home page: how many records took place where."""

import math
from dataclasses import dataclass

from indexer.model.ids import Kind
from kb.public.maps.geometry import (
    CLOSE,
    Box,
    Cluster,
    Position,
    around,
    clusters_of,
    sites_of,
)
from kb.public.maps.name_placement import Label, Name, names_with_room, placed_names
from kb.web.page_content import PageContent, made_once
from kb.web.urls import map_url, script_root

FRAME = Box(-540, 58, 564, 504)
"""The map lies at the right; the words of the band have the left."""

_NAMES_FRAME = Box(-10, 80, 540, 490)
_NAMED = 30
"""How many clusters may bear their name."""

LARGE_TEXT, SMALL_TEXT = 17.0, 12.5
"""The heights of names on a phone, and where there is more room."""


@dataclass(frozen=True, slots=True)
class BandDot:
    """A place, or several that lie close; a ring marks more than one record."""

    at: Position
    radius: float
    has_ring: bool


@dataclass(frozen=True, slots=True)
class BandMap:
    """The map of the band; `places` counts what the page of the map lists."""

    view_box: str
    dots: tuple[BandDot, ...]
    names: tuple[tuple[Name, bool], ...]
    """Each name, and whether it is a minor one, which is left out on a phone."""
    places: int
    url: str


def band_map(content: PageContent) -> BandMap:
    """Return the map of the places of all practices and events."""
    key = ("band", content.locale, script_root())
    return made_once(content.corpus, key, lambda: _drawn(content))


def _drawn(content: PageContent) -> BandMap:
    corpus, gazetteer = content.corpus, content.corpus.gazetteer
    records = (*corpus.of_kind(Kind.PRACTICE), *corpus.of_kind(Kind.EVENT))
    clusters = clusters_of(sites_of(records, gazetteer), CLOSE)
    dots = tuple(_dot(cluster) for cluster in clusters)
    slugs = {slug for record in records for slug in record.place_slugs}
    return BandMap(
        view_box=FRAME.view_box,
        dots=dots,
        names=_names(clusters, dots, content.locale),
        places=len(slugs & set(gazetteer.places)),
        url=map_url(content.locale),
    )


def _dot(cluster: Cluster) -> BandDot:
    number, at = len(cluster.records), cluster.at
    return BandDot(
        Position(round(at.x, 1), round(at.y, 1)),
        round(2.2 + 1.1 * math.sqrt(number), 1),
        has_ring=number > 1,
    )


def _names(
    clusters: tuple[Cluster, ...], dots: tuple[BandDot, ...], locale: str
) -> tuple[tuple[Name, bool], ...]:
    """Return the names that fit; those that fit only in small text are minor."""
    marks = [
        around(dot.at.x, dot.at.y, 2 * dot.radius + 7, 2 * dot.radius + 7)
        for dot in dots
    ]
    labels = [
        Label(cluster.sites[0].place.names[locale], box)
        for cluster, box in zip(clusters, marks, strict=True)
    ]
    names = placed_names(labels, _NAMES_FRAME, size=SMALL_TEXT)[:_NAMED]
    has_room = names_with_room(names, _NAMES_FRAME, size=LARGE_TEXT, taken=marks)
    return tuple(
        (name, not fits)
        for name, fits in zip(names, has_room, strict=True)
        if name is not None
    )
