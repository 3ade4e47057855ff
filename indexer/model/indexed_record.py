"""What an engine indexes of a record and returns of it, and which records it links."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model.document import Passage
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId
from indexer.model.places import Place


@dataclass(frozen=True, slots=True)
class IndexedEdition:
    """The searchable text of a record in one language.

    `keywords` are words to match that are neither in the title nor in the text: codes,
    names of places and of people, other spellings. Suggestions match the other `names`
    of the record like its title. `questions` are those that the record answers, one a
    line.
    """

    locale: Locale
    title: str
    summary: str
    keywords: str = ""
    passages: tuple[Passage, ...] = ()
    names: tuple[str, ...] = ()
    questions: str = ""


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """A record as an engine indexes it, with one edition for each language.

    `date` is the ISO date by which `Sort.NEWEST` sorts; empty when unknown.
    `fingerprint` is a digest of the record, which `IndexStatus` returns unchanged.
    `version` is a digest of its content alone, which machines have in common.
    `places` are its places, and the larger places that contain them.
    """

    id: RecordId
    editions: tuple[IndexedEdition, ...]
    facets: Mapping[FacetName, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    fingerprint: str = ""
    places: tuple[Place, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """The title, the summary and the other names of an edition."""

    title: str
    summary: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """The part of a record that results and suggestions show.

    `places` maps the slug of each place to its names by locale.
    """

    id: RecordId
    editions: Mapping[Locale, EditionEntry]
    places: Mapping[str, Mapping[str, str]]

    def edition(self, locale: Locale) -> tuple[Locale, EditionEntry]:
        """Return the edition in `locale`, or else the other one, with its locale."""
        if locale in self.editions:
            return locale, self.editions[locale]
        return next(iter(self.editions.items()))


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The records that each record is linked with, in either direction.

    Records are named by the texts of their ids, as engines store them.

    Two are equal only if they are one object: queries that carry one are keys of
    caches, and a change of the content makes another one.
    """

    by_record: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_record)

    def of(self, record: str) -> tuple[str, ...]:
        """Return the records that a record is linked with."""
        return self.by_record.get(record, ())


NO_NEIGHBOURS = Neighbours()
