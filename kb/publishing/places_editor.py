"""Adds and corrects places in `documents/places.yaml`.

The file is also edited by hand: an edit changes neither its comments nor its order.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.analysis.tokens import fold, normalize
from indexer.corpus.corpus import PLACES_FILE
from indexer.corpus.shared_files import read_gazetteer
from indexer.errors import IndexerError
from indexer.files import write_file_atomically
from indexer.model.ids import Locale
from indexer.model.places import Gazetteer, Place
from indexer.model.problems import Problem
from indexer.pipeline import Locations
from kb.core.locks import exclusive_lock
from kb.publishing.records.yaml_blocks import quoted_yaml
from kb.publishing.storage.names import slug_of, unique_slug

WAIT_S = 10.0
MAX_CHARACTERS = 80
HEADING = "# Added by staff"
_PLAIN = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_NOT_TEXT = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
"""Words that YAML reads as something else than a text."""


class PlaceFault(StrEnum):
    """Why a place is rejected."""

    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    NO_WITHIN = "no-within"
    UNKNOWN_WITHIN = "unknown-within"
    NO_COORDINATE = "no-coordinate"
    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    BUSY = "busy"


class PlaceError(IndexerError):
    """All faults of a rejected place, by field; the key "" is for the file."""

    def __init__(self, faults: Mapping[str, PlaceFault]) -> None:
        super().__init__(", ".join(f"{k} {v}".strip() for k, v in faults.items()))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """A place as a person typed it; None stands for what is missing or no number.

    `within` is the slug of the larger place, None for a country, and empty if the
    person chose nothing.
    """

    names: Mapping[Locale, str]
    within: str | None
    latitude: float | None
    longitude: float | None


def add_place(locations: Locations, typed: TypedPlace) -> Place:
    """Append a place to the file, and return it with its new slug.

    Raises:
        PlaceError: the place is incomplete or known, or the file is damaged or locked.
        OSError: the file can't be written.
    """
    with _locked(locations) as path:
        known = _read(path)
        place = _checked(typed, known, "")
        text = path.read_text("utf-8") if path.exists() else ""
        if HEADING not in text.splitlines():
            text = f"{text.rstrip()}\n\n{HEADING}\n" if text.strip() else f"{HEADING}\n"
        text = f"{text.rstrip()}\n{_line(place)}\n"
        _write_checked(path, text, {**known.places, place.slug: place})
    return place


def correct_place(locations: Locations, slug: str, typed: TypedPlace) -> Place:
    """Replace the line of a place, whose slug stays, and return the new place.

    Raises:
        PlaceError: the place is incomplete, its line was written over several lines by
            hand, or the file is damaged or locked.
        OSError: the file can't be written.
    """
    with _locked(locations) as path:
        known = _read(path)
        if slug not in known:
            raise PlaceError({"": PlaceFault.UNKNOWN})
        place = _checked(typed, known, slug)
        line = re.compile(rf"^{re.escape(slug)}\s*:\s*\{{[^\n]*\}}\s*$", re.MULTILINE)
        text = line.sub(lambda _: _line(place), path.read_text("utf-8"), count=1)
        _write_checked(path, text, {**known.places, slug: place})
    return place


@contextmanager
def _locked(locations: Locations) -> Iterator[Path]:
    """Hold the lock of the places, and yield the path of their file."""
    locations.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = locations.instance / "places.lock"
    busy = PlaceError({"": PlaceFault.BUSY})
    with exclusive_lock(lock, busy, timeout_s=WAIT_S):
        yield locations.documents / PLACES_FILE


def _read(path: Path) -> Gazetteer:
    problems: list[Problem] = []
    known = read_gazetteer(path, path.name, problems) if path.exists() else Gazetteer()
    if problems:
        raise PlaceError({"": PlaceFault.UNREADABLE})
    return known


def _checked(typed: TypedPlace, known: Gazetteer, slug: str) -> Place:
    """Return the place; `slug` is that of the place to correct, empty for a new one.

    Raises:
        PlaceError: with all the faults of what was typed.
    """
    names = {each: " ".join(typed.names.get(each, "").split()) for each in Locale}
    faults = dict(_faults(typed, names, known, slug))
    if faults or typed.latitude is None or typed.longitude is None:
        raise PlaceError(faults)
    if not slug:
        slug = slug_of(names[Locale.EN])
        if slug in known and typed.within is not None:
            slug = f"{slug}-{typed.within}"
        slug = unique_slug(slug, known.__contains__)
    return Place(
        slug,
        {locale.value: name for locale, name in names.items()},
        round(typed.latitude, 3),
        round(typed.longitude, 3),
        typed.within,
    )


def _faults(
    typed: TypedPlace, names: Mapping[Locale, str], known: Gazetteer, slug: str
) -> Iterator[tuple[str, PlaceFault]]:
    for locale, name in names.items():
        fault = _name_fault(name)
        if fault is None and _has_name(known, locale, name, typed.within, slug):
            fault = PlaceFault.KNOWN
        if fault is not None:
            yield locale.value, fault
    if typed.within == "":
        yield "within", PlaceFault.NO_WITHIN
    elif typed.within is not None and not _can_be_within(known, typed.within, slug):
        yield "within", PlaceFault.UNKNOWN_WITHIN
    yield from _coordinate_faults(typed)


def _name_fault(name: str) -> PlaceFault | None:
    if not any(each.isalpha() for each in name):
        return PlaceFault.NO_NAME
    is_short = len(name) <= MAX_CHARACTERS and name.isprintable()
    return None if is_short else PlaceFault.LONG_NAME


def _coordinate_faults(typed: TypedPlace) -> Iterator[tuple[str, PlaceFault]]:
    coordinates = (
        ("latitude", typed.latitude, 90),
        ("longitude", typed.longitude, 180),
    )
    for field, value, limit in coordinates:
        if value is None or not math.isfinite(value) or abs(value) > limit:
            yield field, PlaceFault.NO_COORDINATE


def _can_be_within(known: Gazetteer, within: str, slug: str) -> bool:
    """Return whether a larger place is known and does not lie in the place itself."""
    return within in known and slug not in {each.slug for each in known.around(within)}


def _has_name(
    known: Gazetteer, locale: Locale, name: str, within: str | None, slug: str
) -> bool:
    """Return whether another place of the same larger place has a name."""
    return any(
        fold(normalize(each.names[locale.value])) == fold(normalize(name))
        and each.within == within
        and each.slug != slug
        for each in known.places.values()
    )


def _line(place: Place) -> str:
    names = ", ".join(f"{key}: {_scalar(name)}" for key, name in place.names.items())
    within = f"in: {place.within}, " if place.within is not None else ""
    at = f"latitude: {place.latitude:.3f}, longitude: {place.longitude:.3f}"
    return f"{place.slug}: {{{names}, {within}{at}}}"


def _scalar(name: str) -> str:
    is_plain = _PLAIN.fullmatch(name) and name.lower() not in _NOT_TEXT
    return name if is_plain else quoted_yaml(name)


def _write_checked(path: Path, text: str, places: Mapping[str, Place]) -> None:
    """Write a text that, parsed as the site does, has exactly these places."""
    problems: list[Problem] = []
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_text(text, "utf-8")
        parsed = read_gazetteer(temporary, path.name, problems)
    finally:
        temporary.unlink(missing_ok=True)
    if problems or parsed.places != places:
        raise PlaceError({"": PlaceFault.UNREADABLE})
    write_file_atomically(path, text.encode())
