"""The list of places, and the form that adds or corrects one."""

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _
from wtforms import StringField

from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import SLUG_PATTERN, Locale
from indexer.model.places import Gazetteer, Place
from kb.database.model import AuditAction
from kb.public.maps.geometry import Box, Position, around, coordinates, position
from kb.publishing.shared_files import (
    MAX_NAME_CHARACTERS,
    PlaceError,
    TypedPlace,
    add_place,
    correct_place,
)
from kb.services import services
from kb.staff.base.forms import PlainInput, StaffForm
from kb.staff.base.requests import log_action, update_index_of_shared_file
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.web.locale import LazyString, page_locale
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


_LOOKS = {
    "grid": 'stroke="#c3d0d6" stroke-width="0.4"',
    "land": 'fill="#fff" stroke="#8496a0" stroke-width="0.5"',
    "borders": 'stroke="#8496a0" stroke-width="0.6"',
}
"""The attributes that replace the id of each part of the drawing."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of the list: its name, the larger places around it, its records."""

    slug: str
    name: str
    other_name: str
    around: str
    record_count: int


@route("/places", Access.EDITOR)
def known_places() -> ViewResponse:
    """List the known places, and show the form that adds one."""
    name = request.args.get("name", "")[:MAX_NAME_CHARACTERS]
    return _page(PlaceForm(formdata=None, data={"en": name}))


@route("/places", Access.EDITOR, methods=("POST",))
def add_new_place() -> ViewResponse:
    """Add a place; a click on the map only fills its coordinates."""
    form = PlaceForm()
    if _is_click():
        return _clicked_page(form)
    try:
        place = add_place(services().settings.locations, form.typed)
    except (PlaceError, OSError) as error:
        return _rejected(form, error)
    log_action(AuditAction.PLACE_ADDED, place.slug)
    name = place.names[page_locale().value]
    update_index_of_shared_file(_("%(name)s is added.", name=name))
    return see_other(staff_url("known_places", _anchor=f"place-{place.slug}"))


@route("/places/<slug>", Access.PUBLISHER)
def place_form_page(slug: str) -> ViewResponse:
    """Show the form that corrects a place."""
    return _page(form_of_place(_place(slug)), slug)


@route("/places/<slug>", Access.PUBLISHER, methods=("POST",))
def correct_known_place(slug: str) -> ViewResponse:
    """Correct a place; a click on the map only fills its coordinates."""
    _place(slug)
    form = PlaceForm()
    if _is_click():
        return _clicked_page(form, slug)
    try:
        place = correct_place(services().settings.locations, slug, form.typed)
    except (PlaceError, OSError) as error:
        return _rejected(form, error, slug)
    log_action(AuditAction.PLACE_CORRECTED, slug)
    name = place.names[page_locale().value]
    update_index_of_shared_file(_("%(name)s is corrected.", name=name))
    return see_other(staff_url("known_places", _anchor=f"place-{slug}"))


@route("/places/map.svg", Access.EDITOR)
def place_map() -> ViewResponse:
    """Draw a part of the map, with the known places and the chosen point."""
    latitude, longitude = (
        request.args.get(name, "")[:MAX_TYPED] for name in ("latitude", "longitude")
    )
    at = position_of_texts(latitude, longitude)
    frame = frame_around(at)
    text = render_template(
        "staff/place_map.svg",
        frame=frame,
        outline=_outline(Path(current_app.static_folder or "")),
        unit=(frame.right - frame.left) / WIDTH_PX,
        width=WIDTH_PX,
        height=HEIGHT_PX,
        at=at,
        places=_marks(services().corpus.gazetteer, frame),
    )
    return Response(text, mimetype="image/svg+xml")


@lru_cache(maxsize=1)
def _outline(static: Path) -> str:
    """Return the drawing of land and borders, without the enclosing element."""
    parts = []
    for name in ("europe.svg", "borders.svg"):
        text = (static / name).read_text("utf-8")
        parts.append(text[text.index(">") + 1 : text.rindex("</svg>")])
    drawing = "".join(parts)
    for name, look in _LOOKS.items():
        drawing = drawing.replace(f'id="{name}"', look)
    return drawing


def _marks(gazetteer: Gazetteer, frame: Box) -> list[tuple[float, float, str]]:
    locale, marks = page_locale().value, []
    for place in gazetteer.places.values():
        at = position_of_texts(f"{place.latitude:.3f}", f"{place.longitude:.3f}")
        if place.within is None or at is None:
            continue
        if frame.contains(Box(at.x, at.y, at.x, at.y)):
            marks.append((round(at.x, 2), round(at.y, 2), place.names[locale]))
    return marks


def _is_click() -> bool:
    return "map.x" in request.form or request.form.get("act") == "whole"


def _clicked_page(form: PlaceForm, slug: str = "") -> str:
    """Return the page with the coordinates of the point that was clicked.

    The map in the page was drawn for the coordinates that the form had then.
    """
    if request.form.get("act") == "whole":
        form.latitude.data = form.longitude.data = ""
        return _page(form, slug)
    x, y = (request.form.get(name, "") for name in ("map.x", "map.y"))
    if not (x.isdecimal() and y.isdecimal()) or len(x + y) > len("99999999"):
        abort(HTTPStatus.BAD_REQUEST)
    drawn = position_of_texts(
        request.form.get("shown_latitude", "")[:20],
        request.form.get("shown_longitude", "")[:20],
    )
    form.click(min(int(x), WIDTH_PX), min(int(y), HEIGHT_PX), frame_around(drawn))
    return _page(form, slug)


def _place(slug: str) -> Place:
    gazetteer = services().corpus.gazetteer
    if not SLUG_PATTERN.fullmatch(slug) or slug not in gazetteer:
        abort(HTTPStatus.NOT_FOUND)
    return gazetteer[slug]


def _rejected(
    form: PlaceForm, error: PlaceError | OSError, slug: str = ""
) -> ViewResponse:
    if isinstance(error, OSError):
        reason = _(error.strerror or str(error))
        text = _("The file of the places cannot be written: %(reason)s.", reason=reason)
        form.form_errors.append(text)
        return _page(form, slug), HTTPStatus.SERVICE_UNAVAILABLE
    for name, fault in error.faults.items():
        text = fault.value.text(_)
        if name:
            form[name].errors = [text]
        else:
            form.form_errors.append(text)
    return _page(form, slug), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(form: PlaceForm, slug: str = "") -> str:
    gazetteer = services().corpus.gazetteer
    return render_template(
        "staff/places.html",
        form=form,
        slug=slug,
        country=COUNTRY,
        countries=_named(gazetteer, is_country=True),
        regions=_named(gazetteer, is_country=False),
        rows=_rows(gazetteer),
        width=WIDTH_PX,
        height=HEIGHT_PX,
        is_zoomed=form.frame != WHOLE,
    )


def _named(gazetteer: Gazetteer, *, is_country: bool) -> list[tuple[str, str]]:
    """Return the slugs and names of countries, or of the other places."""
    locale = page_locale().value
    named = [
        (place.slug, place.names[locale])
        for place in gazetteer.places.values()
        if (place.within is None) is is_country
    ]
    return sorted(named, key=lambda named_place: fold(normalize(named_place[1])))


def _rows(gazetteer: Gazetteer) -> list[PlaceRow]:
    locale = page_locale()
    other = locale.other
    counts: dict[str, int] = {}
    for record in services().corpus.records.values():
        for slug in record.place_slugs:
            counts[slug] = counts.get(slug, 0) + 1
    rows = [
        PlaceRow(
            place.slug,
            place.names[locale.value],
            place.names[other.value],
            ", ".join(
                outer.names[locale.value] for outer in gazetteer.around(place.slug)
            ).partition(", ")[2],
            counts.get(place.slug, 0),
        )
        for place in gazetteer.places.values()
    ]
    return sorted(rows, key=lambda row: fold(normalize(row.name)))
