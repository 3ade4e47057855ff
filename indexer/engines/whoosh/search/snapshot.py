"""An open index: its verified bytes in memory, and its doc values in arrays.

A snapshot never changes. A new generation makes a new snapshot, which reuses what was
read of the segments that both have. Searches in progress finish on the old snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.stored_json import (
    LINKS_FILE,
    TABLE_FILE,
    entry_of_head,
    read_links,
)
from indexer.engines.whoosh.generations import Generation
from indexer.engines.whoosh.index.doc_values import (
    LOCALES,
    DocValues,
    FacetColumn,
    joined,
    record_numbers,
)
from indexer.engines.whoosh.search.postings import PostingsReader
from indexer.engines.whoosh.search.score_lists import span_indices
from indexer.engines.whoosh.search.segment_reader import IndexSegment, open_segments
from indexer.engines.whoosh.shared_cache import SharedCache
from indexer.lexicon.expansion import TermName
from indexer.lexicon.lexicon import Table
from indexer.model.arrays import Ids, Mask
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import RecordEntry
from indexer.model.query import Sort, SortScale
from indexer.model.word_links import WordLinks
from indexer.search.facet_order import SORT_SCALES
from indexer.search.suggester import NamePart

MAX_ENTRIES_CACHED = 10_000


class Entries(Sequence[RecordEntry]):
    """The records of all segments by number; each is read when it is accessed.

    `alive` has, for each segment, the indices of its records that are not deleted.
    """

    def __init__(self, doc_values: Sequence[DocValues], alive: Sequence[Ids]) -> None:
        self._doc_values = doc_values
        self.alive = alive
        self._bases = np.cumsum([0, *(len(each) for each in alive)])
        self._cache: SharedCache[int, RecordEntry] = SharedCache(MAX_ENTRIES_CACHED)

    def __len__(self) -> int:
        return int(self._bases[-1])

    def __getitem__(self, number: int) -> RecordEntry:  # type: ignore[override]
        return self._cache.get_or_make(number, lambda: self._read(number))

    def _read(self, number: int) -> RecordEntry:
        segment = int(np.searchsorted(self._bases, number, side="right")) - 1
        values = self._doc_values[segment]
        index = int(self.alive[segment][number - self._bases[segment]])
        return entry_of_head(values.ids[index], values.heads[index])

    def __iter__(self) -> Iterator[RecordEntry]:
        for values, alive in zip(self._doc_values, self.alive, strict=True):
            for index in alive.tolist():
                yield entry_of_head(values.ids[index], values.heads[index])

    def ids(self) -> Iterator[str]:
        """Yield the ids of all records."""
        return self._each(values.ids for values in self._doc_values)

    def dates(self) -> Iterator[str]:
        """Yield the dates of all records."""
        return self._each(values.dates for values in self._doc_values)

    def _each(self, columns: Iterable[Iterable[str]]) -> Iterator[str]:
        for column, alive in zip(columns, self.alive, strict=True):
            texts = list(column)
            yield from map(texts.__getitem__, alive.tolist())


@dataclass(frozen=True)
class Snapshot:
    """The searchable content of a generation, by number of document and of record.

    Attributes:
        generation: the name of the generation.
        postings: the postings of all segments.
        entries: the records.
        record_of: the record of each document (int32); -1 for deleted documents. It
            rises otherwise: the documents of a record are consecutive.
        locale_of: the language of each document, as an index into `LOCALES` (int8).
        is_head: whether each document is the head of an edition, not a passage.
        columns: the values of each facet.
        links: the translations that staff decided on or that were learned.
        table: the shipped table of translations.
    """

    generation: str
    postings: PostingsReader
    entries: Entries
    record_of: Ids
    locale_of: NDArray[np.int8]
    is_head: Mask
    columns: Mapping[FacetName, FacetColumn]
    links: WordLinks
    table: Table

    @property
    def record_count(self) -> int:
        """The number of records."""
        return len(self.entries)

    @property
    def document_count(self) -> int:
        """The number of documents, including deleted ones."""
        return len(self.record_of)

    def documents_of(self, records: Ids) -> DocumentSet:
        """Return the documents of some records."""
        firsts, ends = self.starts.take(records), self.ends.take(records)
        return DocumentSet(firsts, ends, self.document_count)

    @cached_property
    def all_documents(self) -> DocumentSet:
        """The documents of all records."""
        return self.documents_of(np.arange(self.record_count, dtype=np.int32))

    @cached_property
    def record_ids(self) -> tuple[str, ...]:
        """The id of each record, by its number."""
        return tuple(self.entries.ids())

    @cached_property
    def ids(self) -> tuple[RecordId, ...]:
        """The id of each record, parsed, by its number."""
        return tuple(entry.id for entry in self.entries)

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The number of each record, by its id."""
        return {record: number for number, record in enumerate(self.record_ids)}

    def numbers_of(self, records: Iterable[RecordId]) -> Ids:
        """Return the numbers of some records, without those that are not indexed."""
        numbers = (self.number_of.get(str(record)) for record in records)
        return np.array([number for number in numbers if number is not None], np.int32)

    def mask_of(self, records: frozenset[RecordId]) -> Mask:
        """Return which records are among some; the last answer is cached."""
        mask = self._masks.get(records)
        if mask is None:
            mask = np.zeros(self.record_count, np.bool_)
            mask[self.numbers_of(records)] = True
            self._masks.clear()
            self._masks[records] = mask
        return mask

    @cached_property
    def _masks(self) -> dict[frozenset[RecordId], Mask]:
        return {}

    @cached_property
    def title_ranks(self) -> Mapping[Locale, Ids]:
        """The rank of each record by title, then by id, for readers of a language."""
        return {
            locale: _ranks(
                [
                    (segment.names.title_keys[locale][index], record_id)
                    for (segment, index), record_id in zip(
                        self._indices(), self.record_ids, strict=True
                    )
                ]
            )
            for locale in LOCALES
        }

    @property
    def terms(self) -> tuple[tuple[TermName, ...], ...]:
        """The names of each glossary term."""
        return tuple(
            names
            for segment, alive in self._named_segments()
            for indices in [frozenset(alive.tolist())]
            for index, names in segment.names.terms.items()
            if index in indices
        )

    @property
    def name_parts(self) -> Iterator[NamePart]:
        """The names of all records, for suggestions, by segment."""
        for segment, alive in self._named_segments():
            if len(alive):
                yield segment.names.part(alive)

    def _indices(self) -> Iterator[tuple[IndexSegment, int]]:
        """Yield the segment of each record, and its index there."""
        for segment, alive in self._named_segments():
            for index in alive.tolist():
                yield segment, index

    def _named_segments(self) -> Iterator[tuple[IndexSegment, Ids]]:
        return zip(self.postings.segments, self.entries.alive, strict=True)

    @cached_property
    def date_ranks(self) -> Ids:
        """The rank of the date of each record: later dates rank higher."""
        dates = list(self.entries.dates())
        rank = {date: number for number, date in enumerate(sorted(set(dates)))}
        return np.array([rank[date] for date in dates], np.int32)

    @cached_property
    def scale_ranks(self) -> Mapping[Sort, Ids]:
        """The rank of each record in each sort order by a scale: the best is 0."""
        return {sort: self._scale_ranks(each) for sort, each in SORT_SCALES.items()}

    def _scale_ranks(self, scale: SortScale) -> Ids:
        column = self.columns[scale.facet]
        rank_of = np.array([scale.rank([value]) for value in column.values], np.int32)
        ranks = np.full(self.record_count, scale.rank(()), np.int32)
        np.minimum.at(ranks, column.records, rank_of[column.codes])
        return ranks

    @cached_property
    def starts(self) -> Ids:
        """The first document of each record, then the end of the last record."""
        alive = np.flatnonzero(self.record_of >= 0)
        firsts = np.searchsorted(
            self.record_of[alive], np.arange(self.record_count + 1)
        )
        return np.append(alive, self.document_count)[firsts].astype(np.int32)

    @cached_property
    def ends(self) -> Ids:
        """The number after the last document of each record."""
        alive = np.flatnonzero(self.record_of >= 0)
        lasts = np.searchsorted(
            self.record_of[alive], np.arange(self.record_count), side="right"
        )
        return (alive[lasts - 1] + 1).astype(np.int32)

    def stored(self, document: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        bases = self.postings.bases
        segment = int(np.searchsorted(bases, document, side="right")) - 1
        return self.postings.segments[segment].stored(document - bases[segment])


@dataclass(frozen=True)
class DocumentSet:
    """Documents in spans, one for each record: those from a first to before an end.

    `count` is the number of documents of the snapshot. There is no reference to the
    snapshot itself: it would be a cycle, and delay the release of its memory.
    """

    firsts: Ids
    ends: Ids
    count: int

    @cached_property
    def ids(self) -> Ids:
        """The document numbers, span after span."""
        return span_indices(self.firsts, self.ends).astype(np.int32)

    @cached_property
    def mask(self) -> Mask:
        """For each document of the snapshot, whether it is in the set."""
        mask = np.zeros(self.count, np.bool_)
        mask[self.ids] = True
        return mask


def open_snapshot(generation: Generation, before: Snapshot | None = None) -> Snapshot:
    """Open a verified generation; reuse what `before` read of the same segments."""
    earlier = before.postings.segments if before is not None else ()
    known = {each.key: each for each in earlier}
    segments, alive = open_segments(generation, known)
    doc_values = [segment.doc_values for segment in segments]
    numbers = record_numbers(doc_values, alive)
    return Snapshot(
        generation=generation.name,
        postings=PostingsReader(segments, alive),
        entries=Entries(
            doc_values, [np.flatnonzero(n >= 0).astype(np.int32) for n in numbers]
        ),
        record_of=joined(
            [
                np.where(mask, number[each.record_of], np.int32(-1))
                for mask, number, each in zip(alive, numbers, doc_values, strict=True)
            ],
            np.int32,
        ),
        locale_of=joined([doc_value.locale_of for doc_value in doc_values], np.int8),
        is_head=joined([doc_value.is_head for doc_value in doc_values], np.bool_),
        columns={
            facet: FacetColumn.joined(
                [doc_value.columns[facet] for doc_value in doc_values], numbers
            )
            for facet in FacetName
        },
        links=read_links(generation.files[LINKS_FILE]),
        table=Table(generation.files[TABLE_FILE]),
    )


def _ranks(keys: Sequence[tuple[str, str]]) -> Ids:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.empty(len(keys), np.int32)
    ranks[order] = np.arange(len(keys), dtype=np.int32)
    return ranks
