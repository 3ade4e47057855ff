"""The places of records on the map, and the clusters of those that lie close."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.model.places import Gazetteer, Place
from indexer.model.records import Record
from kb.public.maps.geometry import Box, Position, position

MAP_FRAME = Box(-12, 78, 482, 462)
"""The part of the outline that the map shows."""

CLOSE = 13.0
"""Places nearer than this, in units of the map, share one cluster."""


@dataclass(frozen=True, slots=True)
class MapSite:
    """A place smaller than a country, and the records that took place there."""

    place: Place
    at: Position
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sites that lie close, the one with the most records first."""

    sites: tuple[MapSite, ...]

    @property
    def at(self) -> Position:
        """The position of the first site."""
        return self.sites[0].at

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of all sites, each once."""
        records = {each.id: each for site in self.sites for each in site.records}
        return tuple(records.values())


def is_country(place: Place) -> bool:
    """Return whether no larger place contains this one."""
    return place.within is None


def is_on_map(place: Place) -> bool:
    """Return whether a place lies on the part of Europe that the map shows."""
    at = position(place.latitude, place.longitude)
    return MAP_FRAME.contains(Box(at.x, at.y, at.x, at.y))


def sites_of(records: Iterable[Record], gazetteer: Gazetteer) -> tuple[MapSite, ...]:
    """Return the sites of records on the map, those with the most records first."""
    by_place: dict[str, list[Record]] = {}
    for record in records:
        for slug in record.place_slugs:
            if slug in gazetteer:
                by_place.setdefault(slug, []).append(record)
    sites = [
        MapSite(place, position(place.latitude, place.longitude), tuple(found))
        for slug, found in by_place.items()
        for place in [gazetteer[slug]]
        if not is_country(place) and is_on_map(place)
    ]
    sites.sort(key=lambda site: (-len(site.records), site.place.slug))
    return tuple(sites)


def clusters_of(sites: Sequence[MapSite]) -> tuple[Cluster, ...]:
    """Return sites in clusters: each joins the first cluster that is close."""
    clusters: list[list[MapSite]] = []
    for site in sites:
        near = (each for each in clusters if _distance(each[0].at, site.at) < CLOSE)
        cluster = next(near, None)
        if cluster is None:
            clusters.append([site])
        else:
            cluster.append(site)
    return tuple(Cluster(tuple(each)) for each in clusters)


def _distance(one: Position, other: Position) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)
