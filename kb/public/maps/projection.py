"""The projection of the maps: Lambert conformal conic, on a sphere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

EARTH_RADIUS_KM = 6371.0
KM_PER_UNIT = 7.0
_CENTRE_X = 262.0
_CENTRE_Y = 232.0


@dataclass(frozen=True)
class ConicProjection:
    """A Lambert conformal conic projection of the sphere of radius 1.

    The four angles are in degrees: the latitude and longitude of the origin, and the
    two parallels along which distances are true.
    """

    latitude: float
    longitude: float
    first_parallel: float
    second_parallel: float

    @cached_property
    def cone(self) -> float:
        """The constant of the cone: the angle between two meridians a degree apart."""
        first, second = map(math.radians, (self.first_parallel, self.second_parallel))
        return math.log(math.cos(first) / math.cos(second)) / math.log(
            _stretch(second) / _stretch(first)
        )

    def radius(self, latitude: float) -> float:
        """Return the radius of the arc that is a parallel."""
        first = math.radians(self.first_parallel)
        scale = math.cos(first) * _stretch(first) ** self.cone / self.cone
        return float(scale / _stretch(math.radians(latitude)) ** self.cone)

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return the abscissa (east) and the ordinate (north) of a position."""
        angle = self.cone * math.radians(longitude - self.longitude)
        radius = self.radius(latitude)
        return (
            radius * math.sin(angle),
            self.radius(self.latitude) - radius * math.cos(angle),
        )

    def unproject(self, east: float, north: float) -> tuple[float, float]:
        """Return the latitude and longitude of a position on the map."""
        below = self.radius(self.latitude) - north
        first = math.radians(self.first_parallel)
        scale = math.cos(first) * _stretch(first) ** self.cone / self.cone
        stretch = (scale / math.hypot(east, below)) ** (1 / self.cone)
        latitude = 2 * (math.atan(stretch) - math.pi / 4)
        angle = math.atan2(east, below) / self.cone
        return math.degrees(latitude), self.longitude + math.degrees(angle)


def _stretch(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


EUROPE = ConicProjection(52, 10, 35, 65)
"""The origin and parallels of ETRS89-LCC, the projection of European maps."""


@dataclass(frozen=True, slots=True)
class Position:
    """A position on the map, in its units of 7 km; y grows to the south."""

    x: float
    y: float


def position(latitude: float, longitude: float) -> Position:
    """Return the position on the map of Europe of a latitude and a longitude."""
    east, north = EUROPE.project(latitude, longitude)
    scale = EARTH_RADIUS_KM / KM_PER_UNIT
    return Position(_CENTRE_X + east * scale, _CENTRE_Y - north * scale)


def coordinates(at: Position) -> tuple[float, float]:
    """Return the latitude and longitude of a position on the map of Europe."""
    unit = EARTH_RADIUS_KM / KM_PER_UNIT
    return EUROPE.unproject((at.x - _CENTRE_X) / unit, (_CENTRE_Y - at.y) / unit)
