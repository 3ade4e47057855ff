"""What is handed to an engine: a record, ready to be searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model.document import Passage
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId


@dataclass(frozen=True, slots=True)
class IndexedEdition:
    """The searchable words of a record in one locale.

    `keywords` are words it is found by that stand in neither title nor text: codes,
    names of places and of people, other spellings.
    """

    locale: Locale
    title: str
    summary: str
    keywords: str = ""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """A record as an engine sees it.

    `date` (ISO) is what "most recent" sorts by. `fingerprint` changes when anything
    of the record does: an engine keeps it, and gives it back.
    """

    id: RecordId
    editions: tuple[IndexedEdition, ...]
    facets: Mapping[FacetName, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    fingerprint: str = ""
