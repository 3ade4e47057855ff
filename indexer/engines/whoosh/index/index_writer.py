"""Writes records into a Whoosh index, as documents.

Files are never changed: a change adds files, and removes those that are not used any
more. The table of contents, which lists the segments, is written last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.engines.processes import run_parallel, usable_processors
from indexer.engines.whoosh.index.doc_values import DOC_VALUES_EXTENSION, documents_of
from indexer.engines.whoosh.index.phrase_postings import PhraseWords, phrases_of
from indexer.engines.whoosh.index.schema import make_schema
from indexer.engines.whoosh.index.segment_builder import segments_of
from indexer.engines.whoosh.index.segment_io import (
    INDEX_NAME,
    read_segment,
    stored_phrases,
    write_segment,
)
from indexer.engines.whoosh.index.segment_merging import (
    merged_segments,
    segments_to_merge,
)
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedRecord

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
    segments = _merge(folder, [*remaining, *written], phrases)
    after = TOC(before.schema, segments, before.generation + 1)
    after.write(storage, INDEX_NAME)
    old = TOC._filename(INDEX_NAME, before.generation)  # noqa: SLF001  # as Whoosh does
    (folder / old).unlink()
    _remove_unused(folder, [*before.segments, *written], segments)


def _write(
    folder: Path, records: Sequence[IndexedRecord], phrases: Collection[PhraseWords]
) -> list[W3Segment]:
    """Write records as new segments, in several processes when there are many."""

    def written(part: Sequence[IndexedRecord]) -> list[W3Segment]:
        contents = segments_of(part)
        return [write_segment(folder, each, phrases) for each in contents]

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
    folder: Path, segments: list[W3Segment], phrases: Collection[PhraseWords]
) -> list[W3Segment]:
    """Merge segments; the new one takes the position of the first of them."""
    indices = segments_to_merge(segments)
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
