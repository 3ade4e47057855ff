"""Reads `places.yaml`, the list of known places."""

from __future__ import annotations

from pathlib import Path

from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping, YamlValue
from indexer.model.ids import SLUG_PATTERN, Locale
from indexer.model.places import Gazetteer, Place
from indexer.model.problems import Problem, ProblemCode


def read_gazetteer(path: Path, display_path: str, problems: list[Problem]) -> Gazetteer:
    """Return all valid places; append the problems of the others to `problems`."""
    value = read_yaml_file(path, display_path, problems)
    entries = value.entries if isinstance(value, Mapping) else {}
    places = {}
    for slug, (entry, line) in entries.items():
        place_problems: list[Problem] = []
        place = _place(slug, entry, display_path, place_problems)
        if place is None:
            place_problems.append(
                ProblemCode.INVALID_PLACE.at(display_path, line, slug=slug)
            )
        elif not place_problems:
            places[slug] = place
        problems += place_problems
    problems += [
        ProblemCode.UNKNOWN_PLACE.at(
            display_path, entries[place.slug][1], place=place.within, path=display_path
        )
        for place in places.values()
        if place.within is not None and place.within not in places
    ]
    return Gazetteer(places)


def _place(
    slug: str, entry: YamlValue, display_path: str, problems: list[Problem]
) -> Place | None:
    if not isinstance(entry, Mapping):
        return None
    fields = FieldReader(entry, display_path, problems)
    place = Place(
        slug=slug,
        names={
            locale.value: fields.text(locale.value, required=True) for locale in Locale
        },
        latitude=fields.decimal("latitude", limit=90),
        longitude=fields.decimal("longitude", limit=180),
        within=fields.text("in") or None,
    )
    fields.finish()
    return place if SLUG_PATTERN.fullmatch(slug) else None
