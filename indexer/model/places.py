"""Places and the gazetteer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A town, a region or a country, with its name in both languages.

    `within` is the slug of the larger place around it. Latitude and longitude are in
    decimal degrees (WGS 84).
    """

    slug: str
    names: Mapping[str, str]
    latitude: float
    longitude: float
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All known places, by slug."""

    places: Mapping[str, Place] = field(default_factory=dict)

    def __contains__(self, slug: str) -> bool:
        return slug in self.places

    def __getitem__(self, slug: str) -> Place:
        return self.places[slug]

    def around(self, slug: str) -> Iterator[Place]:
        """Yield a place, then each larger place around it."""
        seen: set[str] = set()
        current: str | None = slug
        while current is not None and current in self.places and current not in seen:
            seen.add(current)
            place = self.places[current]
            yield place
            current = place.within
