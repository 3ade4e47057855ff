"""The typed values of the form of a place, and the map that fills its coordinates.

The map is an image button: a browser sends the point that was clicked, without script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from indexer.model.ids import Locale
from indexer.model.places import Place
from kb.public.maps.geometry import Box, Position, around, coordinates, position
from kb.publishing.shared_files import TypedPlace

COUNTRY = "-"
"""The value of "it is a country" in the list of larger places."""

WIDTH_PX, HEIGHT_PX = 520, 400
"""The size of the map in the page, whatever the width of the screen."""

WHOLE = Box(-12.0, 78.0, 508.0, 478.0)
ZOOMED_WIDTH = 130.0
MAX_LATITUDE = 85
"""The projection has no poles."""
_NUMBER = re.compile(r"([+-]?\d{1,3}(?:[.,]\d{1,9})?)\s*°?\s*([NSEWO])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """The texts of the form as they were typed, and its messages by field."""

    fr: str = ""
    en: str = ""
    within: str = ""
    latitude: str = ""
    longitude: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> TypedPlace:
        """The values to check and to store."""
        return TypedPlace(
            {Locale.FR: self.fr, Locale.EN: self.en},
            None if self.within == COUNTRY else self.within,
            _number(self.latitude),
            _number(self.longitude),
        )

    @property
    def at(self) -> Position | None:
        """The position of the coordinates on the map; None without two numbers."""
        latitude, longitude = _number(self.latitude), _number(self.longitude)
        if latitude is None or longitude is None or abs(latitude) > MAX_LATITUDE:
            return None
        return position(latitude, longitude)

    @property
    def frame(self) -> Box:
        """The part of the map to show: around the coordinates, or the whole."""
        at = self.at
        whole = WHOLE
        if at is None or not whole.contains(Box(at.x, at.y, at.x, at.y)):
            return whole
        height = ZOOMED_WIDTH * HEIGHT_PX / WIDTH_PX
        return around(round(at.x, 1), round(at.y, 1), ZOOMED_WIDTH, height)

    def clicked(self, x_px: int, y_px: int, frame: Box) -> PlaceForm:
        """Return the form with the coordinates of a point of the map."""
        x = frame.left + x_px / WIDTH_PX * (frame.right - frame.left)
        y = frame.top + y_px / HEIGHT_PX * (frame.bottom - frame.top)
        latitude, longitude = coordinates(Position(x, y))
        return replace(self, latitude=f"{latitude:.3f}", longitude=f"{longitude:.3f}")


def place_form_from(args: MultiDict[str, str]) -> PlaceForm:
    """Return the form that was sent."""

    def sent(name: str) -> str:
        return args.get(name, "").strip()[:300]

    return PlaceForm(
        fr=sent("fr"),
        en=sent("en"),
        within=sent("within"),
        latitude=sent("latitude"),
        longitude=sent("longitude"),
    )


def place_form_of(place: Place) -> PlaceForm:
    """Return the form of a known place."""
    return PlaceForm(
        fr=place.names[Locale.FR.value],
        en=place.names[Locale.EN.value],
        within=place.within or COUNTRY,
        latitude=f"{place.latitude:.3f}",
        longitude=f"{place.longitude:.3f}",
    )


def _number(text: str) -> float | None:
    """Return a coordinate: `44.84`, `44,84`, `0.58 W`, `0,58° O`; else None."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    return -number if (found[2] or "").upper() in {"S", "W", "O"} else number
