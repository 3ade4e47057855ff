"""Edits the YAML files of the content that belong to no record: lexicon and places.

The files are also edited by hand: an edit changes neither their comments nor their
order. A text is written only if the site reads from it what was meant.
"""

import math
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from indexer.analysis.tokens import fold, normalize, tokenize
from indexer.corpus.corpus_reader import LEXICON_FILE, PLACES_FILE
from indexer.corpus.shared_files import read_corrections, read_gazetteer
from indexer.errors import IndexerError
from indexer.files import write_file_atomically
from indexer.model.ids import Locale
from indexer.model.places import Gazetteer, Place
from indexer.model.problems import Problem, message
from indexer.model.word_links import WordPair
from indexer.pipeline import Locations
from kb.core.locks import exclusive_lock
from kb.publishing.records.yaml_blocks import quoted_yaml, with_items, without_items
from kb.publishing.storage.names import slug_of, unique_slug

WAIT_S = 10.0
MAX_WORD_CHARACTERS = 60
MAX_NAME_CHARACTERS = 80
HEADING = "# Added by staff"
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:[-’][^\W\d_]+)*")
_PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_NOT_TEXT = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
"""Words that YAML reads as something else than a text."""

ContentT = TypeVar("ContentT")


@contextmanager
def file_lock(locations: Locations, name: str, busy: Exception) -> Iterator[None]:
    """Lock the shared files for a block; raise `busy` if they stay locked."""
    locations.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = locations.instance / f"{name}.lock"
    with exclusive_lock(lock, busy, timeout_s=WAIT_S):
        yield


@dataclass(frozen=True, slots=True)
class SharedFile(Generic[ContentT]):
    """A file of the content that belongs to no record; the caller holds its lock.

    `read` returns what the site reads from a path, and appends the problems.
    `damaged` is raised for a file with a problem, or an edit that would read otherwise.
    """

    path: Path
    read: Callable[[Path, list[Problem]], ContentT]
    damaged: Exception

    def load(self) -> tuple[ContentT, str]:
        """Return what the site reads from the file, and its text."""
        content = self._checked(self.path)
        return content, self.path.read_text("utf-8") if self.path.exists() else ""

    def save(self, text: str, wanted: ContentT) -> None:
        """Write a text from which the site reads the wanted content.

        Raises:
            OSError: the file can't be written.
        """
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            temporary.write_text(text, "utf-8")
            if self._checked(temporary) != wanted:
                raise self.damaged
        finally:
            temporary.unlink(missing_ok=True)
        write_file_atomically(self.path, text.encode())

    def _checked(self, path: Path) -> ContentT:
        problems: list[Problem] = []
        content = self.read(path, problems)
        if problems:
            raise self.damaged
        return content


class LexiconSection(StrEnum):
    """The section of a pair: always translated, or never."""

    ALWAYS = "always"
    NEVER = "never"


class PairFault(Enum):
    """Why a pair is rejected, in the words that staff read."""

    NOT_ONE_WORD = message("Write one word. An expression belongs in the glossary.")
    KNOWN = message("This pair already exists.")
    UNKNOWN = message("This pair no longer exists.")
    UNREADABLE = message(
        "The file documents/lexicon.yaml cannot be changed, because it contains an "
        "error: correct it by hand first; the content check names the line."
    )
    BUSY = message("Somebody else is changing the pairs. Try again in a moment.")


class PairError(IndexerError):
    """A rejected pair; `field` names the wrong word, if one is."""

    def __init__(self, fault: PairFault, field: str = "") -> None:
        super().__init__(f"{fault.name} {field}".strip())
        self.fault = fault
        self.field = field


def add_pair(locations: Locations, section: LexiconSection, pair: WordPair) -> None:
    """Append a pair to its section.

    Raises:
        PairError: a word is not one word, the pair exists, or the file is damaged.
        OSError: the file can't be written.
    """
    words = {"fr": pair.french, "en": pair.english}
    for field, word in words.items():
        if not _is_one_word(word):
            raise PairError(PairFault.NOT_ONE_WORD, field)
    with file_lock(locations, "lexicon", PairError(PairFault.BUSY)):
        lexicon = _lexicon(locations)
        known, text = lexicon.load()
        if any(pair in pairs for pairs in known.values()):
            raise PairError(PairFault.KNOWN)
        fields = ", ".join(f"{field}: {_word(word)}" for field, word in words.items())
        text = with_items(text, section.value, [f"{{{fields}}}"])
        lexicon.save(text, {**known, section: {*known[section], pair}})


def remove_pair(locations: Locations, pair: WordPair) -> LexiconSection:
    """Remove a pair, and return the section that it was in.

    Raises:
        PairError: the pair does not exist, or the file is damaged.
        OSError: the file can't be written.
    """
    words = {"fr": pair.french, "en": pair.english}
    with file_lock(locations, "lexicon", PairError(PairFault.BUSY)):
        lexicon = _lexicon(locations)
        known, text = lexicon.load()
        for section, pairs in known.items():
            if pair in pairs:
                text = text if text.endswith("\n") else f"{text}\n"
                text = without_items(text, section.value, words.__eq__)
                lexicon.save(text, {**known, section: pairs - {pair}})
                return section
    raise PairError(PairFault.UNKNOWN)


def _lexicon(locations: Locations) -> SharedFile[dict[LexiconSection, set[WordPair]]]:
    path = locations.documents / LEXICON_FILE

    def read(
        file: Path, problems: list[Problem]
    ) -> dict[LexiconSection, set[WordPair]]:
        pairs = read_corrections(file, path.name, problems)
        return {section: set(getattr(pairs, section)) for section in LexiconSection}

    return SharedFile(path, read, PairError(PairFault.UNREADABLE))


def _word(word: str) -> str:
    """Return a word as a YAML scalar."""
    if _PLAIN_WORD.fullmatch(word):
        return word
    return "'" + word.replace("'", "''") + "'"


def _is_one_word(word: str) -> bool:
    is_short = 0 < len(word) <= MAX_WORD_CHARACTERS and word.isprintable()
    return is_short and not re.search(r"\s", word) and any(tokenize(word))


class PlaceFault(Enum):
    """Why a place is rejected, in the words that staff read."""

    NO_NAME = message("Fill this in.")
    LONG_NAME = message("Shorten the name.")
    NO_WITHIN = message("Choose the country or the region in which the place lies.")
    UNKNOWN_WITHIN = message("Choose another larger place.")
    NO_COORDINATE = message(
        "Write a number in degrees, such as 44.84, or click on the map."
    )
    KNOWN = message("This place is in the list already.")
    UNKNOWN = message("This place is no longer in the list.")
    UNREADABLE = message(
        "The file documents/places.yaml cannot be changed from here: correct it by "
        "hand; the content check names the line."
    )
    BUSY = message("Somebody else is changing the places. Try again in a moment.")


class PlaceError(IndexerError):
    """All faults of a rejected place, by field; the key "" is for the file."""

    def __init__(self, faults: Mapping[str, PlaceFault]) -> None:
        named = (f"{field} {fault.name}" for field, fault in faults.items())
        super().__init__(", ".join(map(str.strip, named)))
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
    with file_lock(locations, "places", PlaceError({"": PlaceFault.BUSY})):
        places = _places(locations)
        known, text = places.load()
        place = _checked_place(typed, known, "")
        if HEADING not in text.splitlines():
            text = f"{text.rstrip()}\n\n{HEADING}\n" if text.strip() else f"{HEADING}\n"
        text = f"{text.rstrip()}\n{_place_line(place)}\n"
        places.save(text, Gazetteer({**known.places, place.slug: place}))
    return place


def correct_place(locations: Locations, slug: str, typed: TypedPlace) -> Place:
    """Replace the line of a place, whose slug stays, and return the new place.

    Raises:
        PlaceError: the place is incomplete, its line was written over several lines by
            hand, or the file is damaged or locked.
        OSError: the file can't be written.
    """
    with file_lock(locations, "places", PlaceError({"": PlaceFault.BUSY})):
        places = _places(locations)
        known, text = places.load()
        if slug not in known:
            raise PlaceError({"": PlaceFault.UNKNOWN})
        place = _checked_place(typed, known, slug)
        line = re.compile(rf"^{re.escape(slug)}\s*:\s*\{{.*\}}[ \t]*$", re.MULTILINE)
        text = line.sub(lambda _: _place_line(place), text, count=1)
        places.save(text, Gazetteer({**known.places, slug: place}))
    return place


def _places(locations: Locations) -> SharedFile[Gazetteer]:
    path = locations.documents / PLACES_FILE

    def read(file: Path, problems: list[Problem]) -> Gazetteer:
        if not file.exists():
            return Gazetteer()
        return read_gazetteer(file, path.name, problems)

    return SharedFile(path, read, PlaceError({"": PlaceFault.UNREADABLE}))


def _checked_place(typed: TypedPlace, known: Gazetteer, slug: str) -> Place:
    """Return the place; `slug` is that of the place to correct, empty for a new one.

    Raises:
        PlaceError: with all the faults of what was typed.
    """
    names = {locale: " ".join(typed.names.get(locale, "").split()) for locale in Locale}
    faults = dict(_place_faults(typed, names, known, slug))
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


def _place_faults(
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
    if not any(character.isalpha() for character in name):
        return PlaceFault.NO_NAME
    is_short = len(name) <= MAX_NAME_CHARACTERS and name.isprintable()
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
    return within in known and slug not in {
        place.slug for place in known.around(within)
    }


def _has_name(
    known: Gazetteer, locale: Locale, name: str, within: str | None, slug: str
) -> bool:
    """Return whether another place of the same larger place has a name."""
    return any(
        fold(normalize(place.names[locale.value])) == fold(normalize(name))
        and place.within == within
        and place.slug != slug
        for place in known.places.values()
    )


def _place_line(place: Place) -> str:
    names = ", ".join(f"{key}: {_name(name)}" for key, name in place.names.items())
    within = f"in: {place.within}, " if place.within is not None else ""
    at = f"latitude: {place.latitude:.3f}, longitude: {place.longitude:.3f}"
    return f"{place.slug}: {{{names}, {within}{at}}}"


def _name(name: str) -> str:
    is_plain = _PLAIN_NAME.fullmatch(name) and name.lower() not in _NOT_TEXT
    return name if is_plain else quoted_yaml(name)
