"""Reads `places.yaml`."""

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


def read_gazetteer(path: Path, shown: str, problems: list[Problem]) -> Gazetteer:
    """Read all places. Those with a problem are left out."""
    text = read_text(path, shown, problems)
    if text is None:
        return Gazetteer()
    try:
        value = read_yaml(text)
    except YamlSyntaxError as error:
        problems.append(Problem(shown, error.line, *unreadable_yaml(error.reason)))
        return Gazetteer()
    entries = value.entries if isinstance(value, Mapping) else {}
    places = {}
    for slug, (entry, line) in entries.items():
        found: list[Problem] = []
        place = (
            _place(slug, entry, shown, found) if isinstance(entry, Mapping) else None
        )
        if place is None or not SLUG_PATTERN.fullmatch(slug):
            found.append(
                Problem(
                    shown,
                    line,
                    ProblemCode.INVALID_PLACE,
                    message("the place '%(slug)s' can't be read", slug=slug),
                    message(
                        "follow its neighbours: a name in lower case, then the fields"
                    ),
                )
            )
        elif not found:
            places[slug] = place
        problems += found
    return _without_orphans(places, entries, shown, problems)


def _place(slug: str, entry: Mapping, shown: str, problems: list[Problem]) -> Place:
    fields = FieldReader(entry, shown, problems)
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


def _without_orphans(
    places: dict[str, Place],
    entries: dict[str, tuple[YamlValue, int]],
    shown: str,
    problems: list[Problem],
) -> Gazetteer:
    problems += [
        Problem(
            shown,
            entries[place.slug][1],
            ProblemCode.UNKNOWN_PLACE,
            message("the place '%(place)s' is unknown", place=place.within),
            message("add it to %(path)s, or correct the name", path=shown),
        )
        for place in places.values()
        if place.within is not None and place.within not in places
    ]
    return Gazetteer(places)
