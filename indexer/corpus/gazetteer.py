"""Reads `places.yaml`, the list of known places."""

from __future__ import annotations

from pathlib import Path

from indexer.corpus.editions import unreadable_yaml
from indexer.corpus.text_files import read_text
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Mapping, YamlSyntaxError, YamlValue, read_yaml
from indexer.model.ids import SLUG_PATTERN, Locale
from indexer.model.places import Gazetteer, Place
from indexer.model.problems import Problem, ProblemCode, message

_LATITUDE_LIMIT = 90.0
_LONGITUDE_LIMIT = 180.0


def read_gazetteer(path: Path, display_path: str, problems: list[Problem]) -> Gazetteer:
    """Return all valid places; append the problems of the others to `problems`."""
    text = read_text(path, display_path, problems)
    if text is None:
        return Gazetteer()
    try:
        value = read_yaml(text)
    except YamlSyntaxError as error:
        problems.append(
            Problem(display_path, error.line, *unreadable_yaml(error.reason))
        )
        return Gazetteer()
    entries = value.entries if isinstance(value, Mapping) else {}
    places = {}
    for slug, (entry, line) in entries.items():
        place_problems: list[Problem] = []
        place = (
            _place(slug, entry, display_path, place_problems)
            if isinstance(entry, Mapping)
            else None
        )
        if place is None or not SLUG_PATTERN.fullmatch(slug):
            place_problems.append(
                Problem(
                    display_path,
                    line,
                    ProblemCode.INVALID_PLACE,
                    message("the place '%(slug)s' cannot be read", slug=slug),
                    message(
                        "write it like the other places: a name in lower case, then "
                        "the fields"
                    ),
                )
            )
        elif not place_problems:
            places[slug] = place
        problems += place_problems
    return _with_known_parents(places, entries, display_path, problems)


def _place(
    slug: str, entry: Mapping, display_path: str, problems: list[Problem]
) -> Place:
    fields = FieldReader(entry, display_path, problems)
    place = Place(
        slug=slug,
        names={
            locale.value: fields.text(locale.value, required=True) for locale in Locale
        },
        latitude=fields.decimal("latitude", limit=_LATITUDE_LIMIT),
        longitude=fields.decimal("longitude", limit=_LONGITUDE_LIMIT),
        within=fields.text("in") or None,
    )
    fields.finish()
    return place


def _with_known_parents(
    places: dict[str, Place],
    entries: dict[str, tuple[YamlValue, int]],
    display_path: str,
    problems: list[Problem],
) -> Gazetteer:
    problems += [
        Problem(
            display_path,
            entries[place.slug][1],
            ProblemCode.UNKNOWN_PLACE,
            message("the place '%(place)s' is unknown", place=place.within),
            message("add it to %(path)s, or correct the name", path=display_path),
        )
        for place in places.values()
        if place.within is not None and place.within not in places
    ]
    return Gazetteer(places)
