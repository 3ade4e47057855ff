"""An open index: its verified bytes in memory, and its facts in arrays.

A snapshot never changes. A new generation makes a new snapshot, which takes over what
was read of the segments that both have; those who are searching go on with the one
they have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.normalization import fold, normalize
from indexer.engines.whoosh.cache import SizedCache
from indexer.engines.whoosh.generations import Generation
from indexer.engines.whoosh.index.doc_values import LOCALES, DocValues, FacetColumn
from indexer.engines.whoosh.index.word_links_file import (
    LINKS_FILE,
    TABLE_FILE,
    read_links,
)
from indexer.engines.whoosh.search.postings import PostingsReader
from indexer.engines.whoosh.search.score_lists import Mask, Numbers
from indexer.engines.whoosh.search.segment_reader import OpenSegments, open_segments
from indexer.lexicon.shipped_table import Table
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.word_links import WordLinks

MAX_ENTRIES_KEPT = 10_000

MANY_SPANS = 1000
"""Of so many spans, to number what is in them costs less than to go through them."""

TitleKey = tuple[str, str]
"""A title without its accents, and the id of its record."""


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """The head of an edition, as stored."""

    title: str
    summary: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """A record, as stored. `places` are the names of its places, by slug and locale."""

    id: RecordId
    editions: Mapping[Locale, EditionEntry]
    places: Mapping[str, Mapping[str, str]]

    def edition(self, locale: Locale) -> tuple[Locale, EditionEntry]:
        """Give the edition in a locale, or else the other, with its locale."""
        if locale in self.editions:
            return locale, self.editions[locale]
        return next(iter(self.editions.items()))


class Entries(Sequence[RecordEntry]):
    """The records of all segments by their number, each read when it is asked for."""

    def __init__(
        self, facts: Sequence[DocValues], kept: Sequence[NDArray[np.intp]]
    ) -> None:
        self._facts = facts
        self._kept = kept
        self._bases = np.cumsum([0, *(len(each) for each in kept)])
        self._cache: SizedCache[int, RecordEntry] = SizedCache(MAX_ENTRIES_KEPT)

    def __len__(self) -> int:
        return int(self._bases[-1])

    def __getitem__(self, number: int) -> RecordEntry:  # type: ignore[override]
        found = self._cache.get(number)
        if found is None:
            place = int(np.searchsorted(self._bases, number, side="right")) - 1
            facts = self._facts[place]
            local = int(self._kept[place][number - self._bases[place]])
            found = _entry(facts.ids[local], facts.heads[local])
            self._cache.put(number, found, 1)
        return found

    def __iter__(self) -> Iterator[RecordEntry]:
        for facts, kept in zip(self._facts, self._kept, strict=True):
            for number in kept.tolist():
                yield _entry(facts.ids[number], facts.heads[number])

    def of_kind(self, kind: Kind) -> Iterator[RecordEntry]:
        """Give the records of one kind."""
        beginning = f"{kind.folder}/"
        for number, record_id in enumerate(self.ids()):
            if record_id.startswith(beginning):
                yield self[number]

    def ids(self) -> Iterator[str]:
        """Give the ids of all records."""
        return self._each(facts.ids for facts in self._facts)

    def dates(self) -> Iterator[str]:
        """Give the dates of all records."""
        return self._each(facts.dates for facts in self._facts)

    def _each(self, columns: Iterable[Iterable[str]]) -> Iterator[str]:
        for column, kept in zip(columns, self._kept, strict=True):
            texts = list(column)
            yield from map(texts.__getitem__, kept.tolist())


def _entry(record_id: str, head: str) -> RecordEntry:
    parsed = RecordId.parse(record_id)
    if parsed is None:
        raise ValueError(f"{record_id!r} is not the id of a record")
    fields = json.loads(head)
    return RecordEntry(
        parsed,
        {
            Locale(locale): EditionEntry(
                edition["title"], edition["summary"], tuple(edition["names"])
            )
            for locale, edition in fields["editions"].items()
        },
        fields["places"],
    )


@dataclass(frozen=True)
class Snapshot:
    """What there is to search. Documents and records go by their number.

    `record_of` is -1 for documents that are deleted; otherwise it rises, as the
    documents of a record follow one another. `starts` are the first documents of the
    records.
    """

    generation: str
    postings: PostingsReader
    entries: Entries
    record_of: NDArray[np.int32]
    locale_of: NDArray[np.int8]
    is_head: NDArray[np.bool_]
    columns: Mapping[FacetName, FacetColumn]
    links: WordLinks
    table: Table

    @property
    def record_count(self) -> int:
        """How many records there are."""
        return len(self.entries)

    @property
    def document_count(self) -> int:
        """How many documents there are, those deleted included."""
        return len(self.record_of)

    def documents_of(self, records: Numbers) -> DocumentSet:
        """Give the documents of some records."""
        firsts, ends = self.starts.take(records), self.ends.take(records)
        return DocumentSet(firsts, ends, self.document_count)

    @cached_property
    def all_documents(self) -> DocumentSet:
        """The documents of all records."""
        return self.documents_of(np.arange(self.record_count, dtype=np.int32))

    @cached_property
    def is_page(self) -> NDArray[np.bool_]:
        """Whether each record is a page about the service."""
        beginning = f"{Kind.PAGE.folder}/"
        return np.array([i.startswith(beginning) for i in self.entries.ids()], np.bool_)

    @cached_property
    def has_pages(self) -> bool:
        """Whether there are pages about the service at all."""
        return bool(self.is_page.any())

    @cached_property
    def title_ranks(self) -> Mapping[Locale, NDArray[np.int32]]:
        """The place of each record in the order of titles, as a reader sees them."""
        titles: dict[Locale, list[TitleKey]] = {locale: [] for locale in LOCALES}
        for entry in self.entries:
            for locale, keys in titles.items():
                keys.append(_title_key(entry, locale))
        return {locale: _ranks(keys) for locale, keys in titles.items()}

    def title_key(self, record: int, locale: Locale) -> TitleKey:
        """Give what a record stands by in the order of titles."""
        return _title_key(self.entries[record], locale)

    @cached_property
    def date_ranks(self) -> NDArray[np.int32]:
        """A number for the date of each record, higher when it is later."""
        dates = list(self.entries.dates())
        rank = {date: number for number, date in enumerate(sorted(set(dates)))}
        return np.array([rank[date] for date in dates], np.int32)

    @cached_property
    def starts(self) -> NDArray[np.int32]:
        """Where the documents of each record start, and where those of the last end."""
        alive = np.flatnonzero(self.record_of >= 0)
        firsts = np.searchsorted(
            self.record_of[alive], np.arange(self.record_count + 1)
        )
        # Documents of a record stand together: what follows its last one is another's.
        return np.append(alive, self.document_count)[firsts].astype(np.int32)

    @cached_property
    def ends(self) -> NDArray[np.int32]:
        """Where the documents of each record end: none up to there is deleted."""
        alive = np.flatnonzero(self.record_of >= 0)
        lasts = np.searchsorted(
            self.record_of[alive], np.arange(self.record_count), side="right"
        )
        return (alive[lasts - 1] + 1).astype(np.int32)

    def passage(self, document: int) -> dict[str, Any]:
        """Give what is stored of a passage."""
        bases = self.postings.bases
        place = int(np.searchsorted(bases, document, side="right")) - 1
        return self.postings.segments[place].stored(document - bases[place])


@dataclass(frozen=True)
class DocumentSet:
    """Documents in spans, from a first to before an end; those of a record are one.

    It knows nothing of its snapshot, which keeps some of them: a snapshot that nobody
    needs is to go at once.
    """

    firsts: Numbers
    ends: Numbers
    count: int

    @cached_property
    def numbers(self) -> Numbers:
        """Their numbers, span after span."""
        lengths = self.ends - self.firsts
        last = np.cumsum(lengths)
        total = int(last[-1]) if len(last) else 0
        found: Numbers = np.arange(total, dtype=np.int32)
        found += np.repeat(self.firsts - (last - lengths).astype(np.int32), lengths)
        return found

    @cached_property
    def mask(self) -> Mask:
        """Whether each document of all is one of them."""
        mask = np.zeros(self.count, np.bool_)
        if len(self.firsts) > MANY_SPANS:
            mask[self.numbers] = True
            return mask
        for first, end in zip(self.firsts.tolist(), self.ends.tolist(), strict=True):
            mask[first:end] = True
        return mask


def open_snapshot(generation: Generation, before: Snapshot | None = None) -> Snapshot:
    """Open a generation that was verified; keep what is known of it from before."""
    postings = before.postings if before is not None else None
    known = {each.key: each for each in postings.segments} if postings else {}
    opened = open_segments(generation, known)
    numbers = _numbered(opened)
    facts = [segment.facts for segment in opened.segments]
    return Snapshot(
        generation=generation.name,
        postings=PostingsReader(opened, postings.kept if postings else None),
        entries=Entries(
            facts, [np.flatnonzero(n >= 0).astype(np.int32) for n in numbers]
        ),
        record_of=_joined(
            [
                np.where(alive, number[each.record_of], np.int32(-1))
                for alive, number, each in zip(
                    opened.alive, numbers, facts, strict=True
                )
            ],
            np.int32,
        ),
        locale_of=_joined([each.locale_of for each in facts], np.int8),
        is_head=_joined([each.is_head for each in facts], np.bool_),
        columns={facet: _column(facet, facts, numbers) for facet in FacetName},
        links=read_links(generation.files[LINKS_FILE]),
        table=Table(generation.files[TABLE_FILE]),
    )


def _numbered(opened: OpenSegments) -> list[NDArray[np.int32]]:
    """Number the records of each segment that are not deleted, over all; else -1."""
    numbers = []
    count = 0
    for segment, alive in zip(opened.segments, opened.alive, strict=True):
        is_kept = np.zeros(len(segment.facts.ids), np.bool_)
        is_kept[segment.facts.record_of[alive]] = True
        of_segment = np.full(len(is_kept), -1, np.int32)
        of_segment[is_kept] = count + np.arange(is_kept.sum(), dtype=np.int32)
        count += int(is_kept.sum())
        numbers.append(of_segment)
    return numbers


def _column(
    facet: FacetName,
    facts: Sequence[DocValues],
    numbers: Sequence[NDArray[np.int32]],
) -> FacetColumn:
    columns = [each.columns[facet] for each in facts]
    values = sorted({value for column in columns for value in column.values})
    code = {value: number for number, value in enumerate(values)}
    records, codes = [], []
    for column, number in zip(columns, numbers, strict=True):
        held = number[column.records]
        kept = held >= 0
        new = np.array([code[value] for value in column.values], np.int32)
        records.append(held[kept])
        codes.append(new[column.codes[kept]])
    return FacetColumn(
        tuple(values), _joined(records, np.int32), _joined(codes, np.int32)
    )


def _joined(parts: Sequence[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype, copy=False)


def _title_key(entry: RecordEntry, locale: Locale) -> TitleKey:
    return fold(normalize(entry.edition(locale)[1].title)), str(entry.id)


def _ranks(keys: Sequence[TitleKey]) -> NDArray[np.int32]:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.empty(len(keys), np.int32)
    ranks[order] = np.arange(len(keys), dtype=np.int32)
    return ranks
