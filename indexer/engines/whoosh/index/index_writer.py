"""Writes records into a Whoosh index, as documents, and merges segments.

Segments are merged so that many small changes do not make many small segments.

Files are never changed: a change adds files, and removes those that are not used any
more. The table of contents, which lists the segments, is written last.

Postings are concatenated as arrays; no text is analysed again.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, compress, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.analysis.tokens import PhraseWords
from indexer.engines.whoosh.index.array_postings import phrases_of
from indexer.engines.whoosh.index.doc_values import (
    DOC_VALUES_EXTENSION,
    DocValues,
    FacetColumn,
    Texts,
    documents_of,
    record_numbers,
)
from indexer.engines.whoosh.index.segment_builder import segments_of
from indexer.engines.whoosh.index.segment_content import (
    FieldPostings,
    SegmentContent,
    make_schema,
)
from indexer.engines.whoosh.index.segment_io import (
    INDEX_NAME,
    read_segment,
    stored_phrases,
    write_segment,
)
from indexer.engines.writer_processes import run_parallel, usable_processors
from indexer.model.arrays import Ids, Mask
from indexer.model.facets import FacetName
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedRecord

MAX_SMALL_SEGMENTS = 8

SMALL_DOCUMENTS = 20_000
"""A segment of fewer documents is small; so is one below a quarter of the largest."""


def segments_to_merge(segments: Sequence[W3Segment]) -> list[int]:
    """Return the indices of the segments to merge into one, perhaps none.

    A segment is rewritten when more than a third of it is deleted. When there are many
    small segments, the smallest are merged, each with others that are together no
    smaller. So the number of times a document is rewritten is logarithmic.
    """
    chosen = {
        index
        for index, segment in enumerate(segments)
        if 3 * segment.deleted_count() > segment.doc_count_all()
    }
    sizes = [segment.doc_count() for segment in segments]
    limit = max(SMALL_DOCUMENTS, max(sizes, default=0) // 4)
    small = sorted((size, index) for index, size in enumerate(sizes) if size < limit)
    if len(small) > MAX_SMALL_SEGMENTS:
        total = 0
        for number, (size, index) in enumerate(small):
            if number > 1 and size > total:
                break
            chosen.add(index)
            total += size
    return sorted(chosen)


def merged_segments(
    contents: Sequence[SegmentContent], deleted: Sequence[frozenset[int]]
) -> SegmentContent:
    """Return the content of several segments as one, without deleted documents."""
    parts = []
    count = 0
    for content, deleted_docs in zip(contents, deleted, strict=True):
        part = _Part.of(content, deleted_docs, count)
        parts.append(part)
        count += int(part.is_alive.sum())
    names = sorted({name for content in contents for name in content.fields})
    fields = {name: _merged_field(name, parts) for name in names}
    return SegmentContent(
        {name: postings for name, postings in fields.items() if postings.terms},
        [
            value
            for part in parts
            for value in compress(part.content.stored, part.is_alive.tolist())
        ],
        _merged_doc_values(parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment, its documents that are not deleted, and their new numbers."""

    content: SegmentContent
    is_alive: Mask
    numbers: Ids

    @classmethod
    def of(
        cls, content: SegmentContent, deleted: frozenset[int], start: int
    ) -> "_Part":
        is_alive = np.ones(content.document_count, np.bool_)
        is_alive[list(deleted)] = False
        numbers = start - 1 + np.cumsum(is_alive)
        return cls(content, is_alive, numbers.astype(np.int32))


def _merged_field(name: str, parts: Sequence[_Part]) -> FieldPostings:
    fields = [
        (part, part.content.fields[name])
        for part in parts
        if name in part.content.fields
    ]
    vocabulary = sorted({term for _, postings in fields for term in postings.terms})
    rank = {term: number for number, term in enumerate(vocabulary)}
    ranks, documents, positions = [], [], []
    for part, postings in fields:
        # A posting is repeated as many times as its frequency.
        of_term = np.fromiter(
            map(rank.__getitem__, postings.terms), np.int32, len(postings.terms)
        )
        of_posting = np.repeat(of_term, np.diff(postings.starts))
        old = np.repeat(postings.documents, postings.frequencies)
        alive = part.is_alive[old]
        ranks.append(np.repeat(of_posting, postings.frequencies)[alive])
        documents.append(part.numbers[old[alive]])
        if postings.positions is not None:
            positions.append(postings.positions[alive])
    return FieldPostings.gathered(
        vocabulary,
        np.concatenate(ranks),
        np.concatenate(documents),
        np.concatenate(positions) if positions else None,
    )


def _merged_doc_values(parts: Sequence[_Part]) -> DocValues:
    # The documents of a record are deleted together.
    doc_values = [part.content.doc_values for part in parts]
    numbers = record_numbers(doc_values, [part.is_alive for part in parts])

    def texts(name: str) -> Texts:
        return Texts.of(
            text
            for each, number in zip(doc_values, numbers, strict=True)
            for text in compress(getattr(each, name), (number >= 0).tolist())
        )

    def of_alive(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(
            [each[part.is_alive] for each, part in zip(arrays, parts, strict=True)]
        )

    return DocValues(
        ids=texts("ids"),
        dates=texts("dates"),
        heads=texts("heads"),
        record_of=of_alive(
            number[each.record_of]
            for number, each in zip(numbers, doc_values, strict=True)
        ),
        locale_of=of_alive(segment.locale_of for segment in doc_values),
        is_head=of_alive(doc_value.is_head for doc_value in doc_values),
        columns={
            facet: FacetColumn.joined(
                [doc_value.columns[facet] for doc_value in doc_values], numbers
            )
            for facet in FacetName
        },
    )


MIN_PARALLEL_PASSAGES = 5_000
"""Starting a process takes less time than writing this many passages."""

MAX_PROCESSES = 4
"""Each process makes a segment of its own, and each segment takes time to search."""


def create_index(folder: Path, records: Iterable[IndexedRecord]) -> None:
    """Write a new index into an empty folder."""
    indexed = tuple(records)
    segments = _write(folder, indexed, phrases_of(indexed))
    TOC(make_schema(), segments, 0).write(FileStorage(str(folder)), INDEX_NAME)


def change_index(
    folder: Path, records: Iterable[IndexedRecord], delete: Collection[RecordId]
) -> None:
    """Add, replace and remove records in a verified index.

    `delete` must include the ids of the records to replace.
    """
    storage = FileStorage(str(folder))
    before = TOC.read(storage, INDEX_NAME)
    _mark_deleted(folder, before.segments, {str(record_id) for record_id in delete})
    remaining = [segment for segment in before.segments if segment.doc_count()]
    changed = tuple(records)
    phrases = phrases_of(changed).union(
        *(stored_phrases(folder, each) for each in remaining)
    )
    written = _write(folder, changed, phrases)
    segments = [*remaining, *written]
    segments = _merge(folder, segments, segments_to_merge(segments), phrases)
    _replace(folder, before, segments, [*before.segments, *written])


def erase_deleted(folder: Path) -> None:
    """Rewrite the segments of an index that have deleted documents, without these.

    Each by itself: together, they could be longer than a segment may be. The names of
    deleted glossary terms stay among the phrases.
    """
    storage = FileStorage(str(folder))
    before = TOC.read(storage, INDEX_NAME)
    phrases = {
        phrase
        for segment in before.segments
        for phrase in stored_phrases(folder, segment)
    }
    segments = before.segments
    for index, segment in enumerate(before.segments):
        if segment.deleted_count():
            segments = _merge(folder, segments, [index], phrases)
    _replace(folder, before, segments, before.segments)


def _replace(
    folder: Path, before: TOC, segments: list[W3Segment], known: list[W3Segment]
) -> None:
    """Write a table of contents with other segments; remove unused ones of `known`."""
    storage = FileStorage(str(folder))
    after = TOC(before.schema, segments, before.generation + 1)
    after.write(storage, INDEX_NAME)
    old = TOC._filename(INDEX_NAME, before.generation)  # noqa: SLF001  # as Whoosh does
    (folder / old).unlink()
    _remove_unused(folder, known, segments)


def _write(
    folder: Path, records: Sequence[IndexedRecord], phrases: Collection[PhraseWords]
) -> list[W3Segment]:
    """Write records as new segments, in several processes when there are many."""

    def written(part: Sequence[IndexedRecord]) -> list[W3Segment]:
        contents = segments_of(part)
        return [write_segment(folder, content, phrases) for content in contents]

    parts = _parts(records, min(usable_processors(), MAX_PROCESSES))
    tasks = [partial(written, part) for part in parts]
    return [segment for segments in run_parallel(tasks) for segment in segments]


def _parts(
    records: Sequence[IndexedRecord], processes: int
) -> list[Sequence[IndexedRecord]]:
    """Cut records into parts of about equal length, one for each process."""
    passages = [edition.passages for record in records for edition in record.editions]
    if processes < 2 or sum(map(len, passages)) < MIN_PARALLEL_PASSAGES:
        return [records]
    sizes = [
        sum(len(passage.text) for each in record.editions for passage in each.passages)
        for record in records
    ]
    ends = list(accumulate(sizes))
    bounds = [
        bisect_left(ends, ends[-1] * number / processes) for number in range(processes)
    ]
    return [records[start:stop] for start, stop in pairwise([*bounds, len(records)])]


def _mark_deleted(folder: Path, segments: list[W3Segment], ids: set[str]) -> None:
    for segment in segments if ids else ():
        path = folder / segment.make_filename(DOC_VALUES_EXTENSION)
        for document in documents_of(path, ids).tolist():
            segment.delete_document(document)


def _merge(
    folder: Path,
    segments: list[W3Segment],
    indices: Sequence[int],
    phrases: Collection[PhraseWords],
) -> list[W3Segment]:
    """Merge some segments; the new one takes the position of the first of them."""
    if not indices:
        return segments
    chosen = [segments[index] for index in indices]
    content = merged_segments(
        [read_segment(folder, segment) for segment in chosen],
        [frozenset(segment.deleted_docs()) for segment in chosen],
    )
    new = write_segment(folder, content, phrases)
    replaced = [new if n == indices[0] else each for n, each in enumerate(segments)]
    return [each for n, each in enumerate(replaced) if n not in indices[1:]]


def _remove_unused(folder: Path, known: list[W3Segment], used: list[W3Segment]) -> None:
    """Remove the files of known segments that the index does not use any more."""
    unused = {each.segment_id() for each in known}
    unused -= {each.segment_id() for each in used}
    for path in folder.iterdir():
        if path.name.partition(".")[0] in unused:
            path.unlink()
