"""The form of a place, and the part of the map beside it, which fills its coordinates.

The map is an image button: a browser sends the point that was clicked, without script.
"""

import re

from wtforms import StringField

from indexer.model.ids import Locale
from indexer.model.places import Place
from kb.public.maps.geometry import Box, Position, around, coordinates, position
from kb.publishing.shared_files import TypedPlace
from kb.staff.base.forms import PlainInput, StaffForm
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

COUNTRY = "-"
"""The value of "it is a country" in the list of larger places."""

WIDTH_PX, HEIGHT_PX = 520, 400
"""The size of the map in the page, whatever the width of the screen."""

WHOLE = Box(-12.0, 78.0, 508.0, 478.0)
ZOOMED_WIDTH = 130.0
MAX_LATITUDE = 85
"""The projection has no poles."""

MAX_TYPED = 300
_NUMBER = re.compile(r"([+-]?\d{1,3}(?:[.,]\d{1,9})?)\s*°?\s*([NSEWO])?", re.IGNORECASE)


def _text(label: LazyString, mode: str = "text", lang: str = "") -> StringField:
    """Return a field of one line; `mode` is the keyboard of a phone."""
    attributes = {"autocomplete": "off", "inputmode": mode}
    return StringField(
        label,
        filters=[lambda text: (text or "").strip()[:MAX_TYPED]],
        widget=PlainInput(),
        render_kw={**attributes, "lang": lang} if lang else attributes,
    )


class PlaceForm(StaffForm):
    """Add or correct a place; the fields hold the texts as they were typed."""

    fr = _text(_l("Name in French"), lang="fr")
    en = _text(_l("Name in English"), lang="en")
    within = _text(_l("Country or region"))
    latitude = _text(_l("Latitude"), "decimal")
    longitude = _text(_l("Longitude"), "decimal")

    @property
    def typed(self) -> TypedPlace:
        """The values to check and to store."""
        within = self.within.data
        return TypedPlace(
            {Locale.FR: self.fr.data, Locale.EN: self.en.data},
            None if within == COUNTRY else within,
            _number(self.latitude.data),
            _number(self.longitude.data),
        )

    @property
    def at(self) -> Position | None:
        """The position of the coordinates on the map; None without two numbers."""
        return position_of_texts(self.latitude.data, self.longitude.data)

    @property
    def frame(self) -> Box:
        """The part of the map to show."""
        return frame_around(self.at)

    def click(self, x_px: int, y_px: int, frame: Box) -> None:
        """Fill in the coordinates of a point of the map."""
        x = frame.left + x_px / WIDTH_PX * (frame.right - frame.left)
        y = frame.top + y_px / HEIGHT_PX * (frame.bottom - frame.top)
        latitude, longitude = coordinates(Position(x, y))
        self.latitude.data, self.longitude.data = f"{latitude:.3f}", f"{longitude:.3f}"


def form_of_place(place: Place) -> PlaceForm:
    """Return the form of a known place."""
    return PlaceForm(
        formdata=None,
        data={
            "fr": place.names[Locale.FR.value],
            "en": place.names[Locale.EN.value],
            "within": place.within or COUNTRY,
            "latitude": f"{place.latitude:.3f}",
            "longitude": f"{place.longitude:.3f}",
        },
    )


def position_of_texts(latitude_text: str, longitude_text: str) -> Position | None:
    """Return the position of typed coordinates on the map; None if it has none."""
    latitude, longitude = _number(latitude_text), _number(longitude_text)
    if latitude is None or longitude is None or abs(latitude) > MAX_LATITUDE:
        return None
    return position(latitude, longitude)


def frame_around(at: Position | None) -> Box:
    """Return the part of the map around a position, or the whole."""
    if at is None or not WHOLE.contains(Box(at.x, at.y, at.x, at.y)):
        return WHOLE
    height = ZOOMED_WIDTH * HEIGHT_PX / WIDTH_PX
    return around(round(at.x, 1), round(at.y, 1), ZOOMED_WIDTH, height)


def _number(text: str | None) -> float | None:
    """Return a coordinate: `44.84`, `44,84`, `0.58 W`, `0,58° O`; else None."""
    found = _NUMBER.fullmatch((text or "").strip())
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    return -number if (found[2] or "").upper() in {"S", "W", "O"} else number
