"""Where records stand on the maps: projection, rectangles, sites and their clusters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.model.places import Gazetteer, Place
from indexer.model.record import Record

ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in units of the map; `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The extent from west to east."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The extent from north to south."""
        return self.bottom - self.top

    @property
    def view_box(self) -> str:
        """The rectangle as the attribute `viewBox`."""
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"

    def overlaps(self, other: Box) -> bool:
        """Return whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def contains(self, other: Box) -> bool:
        """Return whether another rectangle lies inside this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def moved(self, x: float, y: float) -> Box:
        """Return the rectangle moved to the east and to the south."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: float) -> Box:
        """Return the rectangle with a margin on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def steps_apart(self, other: Box) -> tuple[float, float]:
        """Return the shortest move that parts this rectangle from another, or 0, 0."""
        wide, high = self._shared(other)
        if wide <= 0 or high <= 0:
            return 0, 0
        if wide < high:
            return (-wide if self.left < other.left else wide), 0
        return 0, (-high if self.top < other.top else high)

    def _shared(self, other: Box) -> tuple[float, float]:
        return (
            min(self.right, other.right) - max(self.left, other.left),
            min(self.bottom, other.bottom) - max(self.top, other.top),
        )


def around(x: float, y: float, width: float, height: float) -> Box:
    """Return the rectangle of a size around a centre."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def moved_apart(boxes: Sequence[Box], *, gap: float) -> tuple[Box, ...]:
    """Return rectangles moved a little, so that none overlaps another.

    Each pair that is nearer than `gap` moves by half of what is missing, in rounds.
    """
    grown = [box.grown(gap / 2) for box in boxes]
    pairs = [(n, m) for n in range(len(grown)) for m in range(n)]
    for _ in range(ROUNDS):
        if not sum(_part(grown, n, m) for n, m in pairs):
            break
    return tuple(box.grown(-gap / 2) for box in grown)


def _part(boxes: list[Box], one: int, other: int) -> bool:
    """Move two rectangles apart; return whether they overlapped."""
    x, y = boxes[one].steps_apart(boxes[other])
    if abs(x) + abs(y) < 0.01:
        return False
    boxes[one] = boxes[one].moved(x / 2, y / 2)
    boxes[other] = boxes[other].moved(-x / 2, -y / 2)
    return True


KM_PER_UNIT = 7.0
_UNITS_PER_RADIUS = 6371.0 / KM_PER_UNIT
_CENTRE_X = 262.0
_CENTRE_Y = 232.0

_LATITUDE, _LONGITUDE = 52, 10
_PARALLELS = 35, 65
"""The origin and the parallels of ETRS89-LCC, the projection of European maps.

It is a Lambert conformal conic projection of the sphere, here of radius 1. Distances
along the two parallels are true. Formulas: Snyder, Map Projections (USGS 1395),
chapter 15.
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A position on the map, in its units of 7 km; y grows to the south."""

    x: float
    y: float


def position(latitude: float, longitude: float) -> Position:
    """Return the position on the map of Europe of a latitude and a longitude."""
    angle = _CONE * math.radians(longitude - _LONGITUDE)
    radius = _radius(latitude)
    north = _radius(_LATITUDE) - radius * math.cos(angle)
    return Position(
        _CENTRE_X + radius * math.sin(angle) * _UNITS_PER_RADIUS,
        _CENTRE_Y - north * _UNITS_PER_RADIUS,
    )


def coordinates(at: Position) -> tuple[float, float]:
    """Return the latitude and longitude of a position on the map of Europe."""
    east = (at.x - _CENTRE_X) / _UNITS_PER_RADIUS
    below = _radius(_LATITUDE) - (_CENTRE_Y - at.y) / _UNITS_PER_RADIUS
    stretch = (_EQUATOR / math.hypot(east, below)) ** (1 / _CONE)
    latitude = 2 * (math.atan(stretch) - math.pi / 4)
    angle = math.atan2(east, below) / _CONE
    return math.degrees(latitude), _LONGITUDE + math.degrees(angle)


def _radius(latitude: float) -> float:
    """Return the radius of the arc that is a parallel."""
    return float(_EQUATOR / _stretch(math.radians(latitude)) ** _CONE)


def _stretch(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


_FIRST, _SECOND = map(math.radians, _PARALLELS)
_CONE = math.log(math.cos(_FIRST) / math.cos(_SECOND)) / math.log(
    _stretch(_SECOND) / _stretch(_FIRST)
)
"""The constant of the cone: the angle between two meridians a degree apart."""

_EQUATOR = math.cos(_FIRST) * _stretch(_FIRST) ** _CONE / _CONE
"""The radius of the arc that is the equator."""

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
        records = {record.id: record for site in self.sites for record in site.records}
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


def clusters_of(sites: Sequence[MapSite], close: float) -> tuple[Cluster, ...]:
    """Return sites in clusters: each joins the first that is nearer than `close`."""
    clusters: list[list[MapSite]] = []
    for site in sites:
        nearest = (
            members for members in clusters if _distance(members[0].at, site.at) < close
        )
        cluster = next(nearest, None)
        if cluster is None:
            clusters.append([site])
        else:
            cluster.append(site)
    return tuple(Cluster(tuple(members)) for members in clusters)


def joined_clusters(
    clusters: Sequence[Cluster], small: Iterable[int]
) -> tuple[Cluster, ...]:
    """Return clusters, of which those at the indexes in `small` join the nearest."""
    members = {n: list(cluster.sites) for n, cluster in enumerate(clusters)}
    for n in small:
        at = clusters[n].at
        others = [m for m in members if m != n]
        if others:
            nearest = min(others, key=lambda m: _distance(clusters[m].at, at))
            members[nearest] += members.pop(n)
    return tuple(Cluster(tuple(sites)) for sites in members.values())


def _distance(one: Position, other: Position) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)
