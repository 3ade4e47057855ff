"""What is handed to an engine: a record, ready to be searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model.document import Passage
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId
from indexer.model.places import Place


@dataclass(frozen=True, slots=True)
class IndexedEdition:
    """The searchable words of a record in one locale.

    `keywords` are words it is found by that stand in neither title nor text: codes,
    names of places and of people, other spellings. `names` are what else the record is
    called: it is suggested by them as by its title.
    """

    locale: Locale
    title: str
    summary: str
    keywords: str = ""
    passages: tuple[Passage, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """A record as an engine sees it.

    `places` are those that it is found by, the larger ones that they lie in included.
    `date` (ISO) is what "most recent" sorts by. `fingerprint` changes when anything
    of the record does: an engine keeps it, and gives it back.
    """

    id: RecordId
    editions: tuple[IndexedEdition, ...]
    facets: Mapping[FacetName, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    fingerprint: str = ""
    places: tuple[Place, ...] = ()
