"""The small map at the head of a record: where it took place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.model.places import Place
from indexer.model.record import Record
from kb.public.maps.geometry import (
    Box,
    MapSite,
    Position,
    around,
    clusters_of,
    is_country,
    is_on_map,
    position,
)
from kb.public.maps.name_placement import Label, Name, centred_name, placed_names
from kb.web.page_content import PageContent
from kb.web.records.record_groups import theme_look

RATIO = 4 / 3
TOWN_WIDTH = 210.0
COUNTRY_WIDTH = 300.0
_MARGIN = 60.0
_TEXT, _RADIUS = 0.056, 0.0225
"""The height of names and the radius of dots, as parts of the width of the map."""


@dataclass(frozen=True, slots=True)
class InsetMap:
    """A part of the map around the places of a record.

    A town or a region has a dot; a country has only its name. `radius` is that of a
    dot, `halo` that of the ring around a single one; `size` is the height of names.
    """

    view_box: str
    css_class: str
    dots: tuple[Position, ...]
    names: tuple[Name, ...]
    radius: float
    halo: float | None
    size: float


def inset_map(records: Sequence[Record], content: PageContent) -> InsetMap | None:
    """Return the inset of records, or None if none of their places is on the map.

    It has the hue of the first record.
    """
    gazetteer = content.corpus.gazetteer
    slugs = dict.fromkeys(slug for record in records for slug in record.place_slugs)
    known = (gazetteer[slug] for slug in slugs if slug in gazetteer)
    places = [place for place in known if is_on_map(place)]
    if not places:
        return None
    look = theme_look(records[0].themes, content.corpus, content.locale)
    return places_inset(places, content.locale, look.css_class if look else "")


def places_inset(places: Sequence[Place], locale: str, css_class: str = "") -> InsetMap:
    """Return the inset of one or several places that are on the map."""
    places = _without_outer(places)
    frame = _frame(places)
    size, radius = frame.width * _TEXT, frame.width * _RADIUS
    towns = [(place, _at(place)) for place in places if not is_country(place)]
    countries = tuple(
        centred_name(place.names[locale], at.x, at.y, size=size)
        for place in places
        for at in [_at(place)]
        if is_country(place)
    )
    # Towns whose dots touch have their names in one line.
    sites = [MapSite(place, at, ()) for place, at in towns]
    labels = [
        Label(
            ", ".join(site.place.names[locale] for site in cluster.sites),
            around(cluster.at.x, cluster.at.y, 4 * radius, 4 * radius),
        )
        for cluster in clusters_of(sites, 4 * radius)
    ]
    names = placed_names(
        labels, frame, size=size, taken=[name.box for name in countries]
    )
    return InsetMap(
        view_box=frame.view_box,
        css_class=css_class,
        dots=tuple(at for _, at in towns),
        names=(*countries, *(name for name in names if name is not None)),
        radius=round(radius, 1),
        halo=round(2 * radius, 1) if len(towns) == 1 else None,
        size=round(size, 1),
    )


def _frame(places: Sequence[Place]) -> Box:
    """Return a rectangle of 4 by 3 with all the places, and room around them."""
    at = [_at(place) for place in places]
    left, right = _span(position.x for position in at)
    top, bottom = _span(position.y for position in at)
    least = COUNTRY_WIDTH if any(map(is_country, places)) else TOWN_WIDTH
    width = max(least, right - left + 2 * _MARGIN, (bottom - top + 2 * _MARGIN) * RATIO)
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    height = round(width / RATIO)
    return around(round(centre_x), round(centre_y), round(width), height)


def _without_outer(places: Sequence[Place]) -> list[Place]:
    """Return the places without those that contain another of them."""
    outer = {place.within for place in places}
    return [place for place in places if place.slug not in outer]


def _span(values: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[0], ordered[-1]


def _at(place: Place) -> Position:
    at = position(place.latitude, place.longitude)
    return Position(round(at.x, 1), round(at.y, 1))
