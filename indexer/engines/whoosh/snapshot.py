"""An open index: its verified bytes in memory, and its facts in arrays.

A snapshot never changes. A new generation makes a new snapshot; those who are
searching go on with the one they have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import RamStorage

from indexer.analysis.normalization import fold, normalize
from indexer.engines.whoosh.generations import Generation
from indexer.engines.whoosh.links import LINKS_FILE, read_links
from indexer.engines.whoosh.postings import PostingsReader
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.lexicon import WordLinks

LOCALES = tuple(Locale)


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """The head of an edition, as stored."""

    title: str
    summary: str
    folded_title: str
    names: tuple[str, ...]


@dataclass(slots=True)
class RecordEntry:
    """A record, as stored."""

    id: RecordId
    date: str
    editions: dict[Locale, EditionEntry] = field(default_factory=dict)

    def edition(self, locale: Locale) -> tuple[Locale, EditionEntry]:
        """Give the edition in a locale, or else the other, with its locale."""
        if locale in self.editions:
            return locale, self.editions[locale]
        return next(iter(self.editions.items()))


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """A facet of all records: pairs of a record and one of its values."""

    values: tuple[str, ...]
    records: NDArray[np.int32]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Snapshot:
    """What there is to search. Documents and records go by their number.

    `places` are the names of the places that records have, by slug and by locale.
    """

    generation: str
    postings: PostingsReader
    entries: tuple[RecordEntry, ...]
    record_of: NDArray[np.int32]
    locale_of: NDArray[np.int8]
    is_head: NDArray[np.bool_]
    stored: tuple[str, ...]
    columns: Mapping[FacetName, FacetColumn]
    passages_of: tuple[NDArray[np.int32], ...]
    places: Mapping[str, Mapping[str, str]]
    links: WordLinks

    @property
    def record_count(self) -> int:
        """How many records there are."""
        return len(self.entries)

    @property
    def document_count(self) -> int:
        """How many documents there are, those deleted included."""
        return len(self.record_of)

    @cached_property
    def is_page(self) -> NDArray[np.bool_]:
        """Whether each record is a page about the service."""
        return np.array([e.id.kind is Kind.PAGE for e in self.entries], np.bool_)

    @cached_property
    def title_ranks(self) -> Mapping[Locale, NDArray[np.int32]]:
        """The place of each record in the order of titles, as a reader sees them."""
        return {
            locale: _ranks(
                [(e.edition(locale)[1].folded_title, e.id) for e in self.entries]
            )
            for locale in LOCALES
        }

    @cached_property
    def date_ranks(self) -> NDArray[np.int32]:
        """A number for the date of each record, higher when it is later."""
        dates = sorted({entry.date for entry in self.entries})
        rank = {date: number for number, date in enumerate(dates)}
        return np.array([rank[entry.date] for entry in self.entries], np.int32)

    def passage(self, document: int) -> dict[str, Any]:
        """Give what is stored of a passage."""
        stored: dict[str, Any] = json.loads(self.stored[document])
        return stored


def open_snapshot(generation: Generation) -> Snapshot:
    """Open a generation that was verified."""
    storage = RamStorage()
    storage.files = dict(generation.files)
    reader = storage.open_index().reader()
    loader = _Loader(reader.doc_count_all())
    for number, stored in reader.iter_docs():
        loader.add(number, stored)
    alive = loader.record_of >= 0
    return Snapshot(
        generation=generation.name,
        postings=PostingsReader(reader, alive),
        entries=tuple(loader.entries),
        record_of=loader.record_of,
        locale_of=loader.locale_of,
        is_head=loader.is_head,
        stored=tuple(loader.stored),
        columns={facet: loader.column(facet) for facet in FacetName},
        passages_of=loader.passages_of(),
        places=loader.places,
        links=read_links(generation.files[LINKS_FILE]),
    )


def _ranks(keys: Sequence[tuple[str, RecordId]]) -> NDArray[np.int32]:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.empty(len(keys), np.int32)
    ranks[order] = np.arange(len(keys), dtype=np.int32)
    return ranks


class _Loader:
    """Gathers the documents of an index into arrays."""

    def __init__(self, count: int) -> None:
        self.record_of = np.full(count, -1, np.int32)
        self.locale_of = np.zeros(count, np.int8)
        self.is_head = np.zeros(count, np.bool_)
        self.stored = [""] * count
        self.entries: list[RecordEntry] = []
        self.places: dict[str, dict[str, str]] = {}
        self._numbers: dict[str, int] = {}
        self._facets: dict[int, dict[str, list[str]]] = {}

    def add(self, number: int, stored: Mapping[str, str]) -> None:
        locale = Locale(stored["locale"])
        record = self._record(stored["record"])
        self.record_of[number] = record
        self.locale_of[number] = LOCALES.index(locale)
        self.stored[number] = stored["stored"]
        head = json.loads(stored["stored"])
        if "title" not in head:
            return
        self.is_head[number] = True
        self.entries[record].date = head["date"]
        self.entries[record].editions[locale] = EditionEntry(
            title=head["title"],
            summary=head["summary"],
            folded_title=fold(normalize(head["title"])),
            names=tuple(head["names"]),
        )
        self.places.update(head["places"])
        self._facets[record] = head["facets"]

    def _record(self, key: str) -> int:
        if key not in self._numbers:
            record_id = RecordId.parse(key)
            if record_id is None:
                raise ValueError(f"{key!r} is not the id of a record")
            self._numbers[key] = len(self.entries)
            self.entries.append(RecordEntry(record_id, ""))
        return self._numbers[key]

    def column(self, facet: FacetName) -> FacetColumn:
        values = sorted(
            {
                value
                for facets in self._facets.values()
                for value in facets.get(facet, ())
            }
        )
        code = {value: number for number, value in enumerate(values)}
        pairs = [
            (record, code[value])
            for record, facets in self._facets.items()
            for value in facets.get(facet, ())
        ]
        array = np.array(pairs, np.int32).reshape(-1, 2)
        return FacetColumn(tuple(values), array[:, 0].copy(), array[:, 1].copy())

    def passages_of(self) -> tuple[NDArray[np.int32], ...]:
        documents = np.flatnonzero((self.record_of >= 0) & ~self.is_head).astype(
            np.int32
        )
        order = np.argsort(self.record_of[documents], kind="stable")
        bounds = np.searchsorted(
            self.record_of[documents][order], np.arange(len(self.entries) + 1)
        )
        ordered = documents[order]
        return tuple(
            ordered[bounds[number] : bounds[number + 1]]
            for number in range(len(self.entries))
        )
