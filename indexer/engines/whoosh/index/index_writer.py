"""Writes records into an index of Whoosh, as documents.

A file that was written is never changed: a change adds files, and takes away those
that nothing names any more. What the index consists of stands in one of them, the
table of contents, which is written last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.engines.whoosh.index.doc_values import FACTS_EXTENSION, documents_of
from indexer.engines.whoosh.index.phrase_postings import PhraseWords, phrases_of
from indexer.engines.whoosh.index.processes import run_together, usable_processors
from indexer.engines.whoosh.index.schema import make_schema
from indexer.engines.whoosh.index.segment_builder import segments_of
from indexer.engines.whoosh.index.segment_io import (
    INDEX_NAME,
    known_phrases,
    read_segment,
    write_segment,
)
from indexer.engines.whoosh.index.segment_merging import (
    merged_segments,
    segments_to_merge,
)
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedRecord

SHARED_FROM_PASSAGES = 5_000
"""So many passages take longer to write than a process to start."""

MAX_PROCESSES = 4
"""Each makes a segment of its own, and each segment is searched."""


def create_index(folder: Path, records: Iterable[IndexedRecord]) -> None:
    """Write a new index into an empty directory."""
    schema = make_schema()
    kept = tuple(records)
    segments = _write(folder, schema, kept, phrases_of(kept))
    TOC(schema, segments, 0).write(FileStorage(str(folder)), INDEX_NAME)


def change_index(
    folder: Path, records: Iterable[IndexedRecord], delete: Collection[RecordId]
) -> None:
    """Replace and remove records in an index that we have verified."""
    storage = FileStorage(str(folder))
    before = TOC.read(storage, INDEX_NAME)
    schema = before.schema
    _mark_deleted(folder, before.segments, {str(record_id) for record_id in delete})
    kept = [segment for segment in before.segments if segment.doc_count()]
    changed = tuple(records)
    phrases = phrases_of(changed).union(*(known_phrases(folder, each) for each in kept))
    written = _write(folder, schema, changed, phrases)
    segments = _merge(folder, schema, [*kept, *written], phrases)
    after = TOC(schema, segments, before.generation + 1)
    after.write(storage, INDEX_NAME)
    old = TOC._filename(INDEX_NAME, before.generation)  # noqa: SLF001  # as Whoosh does
    (folder / old).unlink()
    _remove_unnamed(folder, [*before.segments, *written], segments)


def _write(
    folder: Path,
    schema: Schema,
    records: Sequence[IndexedRecord],
    phrases: Collection[PhraseWords],
) -> list[W3Segment]:
    """Write records as new segments, by several processes when there are many."""

    def written(part: Sequence[IndexedRecord]) -> list[W3Segment]:
        contents = segments_of(part)
        return [write_segment(folder, schema, each, phrases) for each in contents]

    parts = _parts(records, min(usable_processors(), MAX_PROCESSES))
    works = [partial(written, part) for part in parts]
    return [segment for segments in run_together(works) for segment in segments]


def _parts(
    records: Sequence[IndexedRecord], processes: int
) -> list[Sequence[IndexedRecord]]:
    """Cut records into parts of about as much text, one for each process."""
    passages = [edition.passages for record in records for edition in record.editions]
    if processes < 2 or sum(map(len, passages)) < SHARED_FROM_PASSAGES:
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
        path = folder / segment.make_filename(FACTS_EXTENSION)
        for document in documents_of(path, ids).tolist():
            segment.delete_document(document)


def _merge(
    folder: Path,
    schema: Schema,
    segments: list[W3Segment],
    phrases: Collection[PhraseWords],
) -> list[W3Segment]:
    """Merge those segments that should be; what comes of it stands where they began."""
    places = segments_to_merge(segments)
    if not places:
        return segments
    chosen = [segments[place] for place in places]
    content = merged_segments(
        [read_segment(folder, schema, segment) for segment in chosen],
        [frozenset(segment.deleted_docs()) for segment in chosen],
    )
    new = write_segment(folder, schema, content, phrases)
    kept = [new if n == places[0] else each for n, each in enumerate(segments)]
    return [each for n, each in enumerate(kept) if n not in places[1:]]


def _remove_unnamed(
    folder: Path, known: list[W3Segment], named: list[W3Segment]
) -> None:
    """Remove the files of segments that stand in the index no more."""
    gone = {each.segment_id() for each in known}
    gone -= {each.segment_id() for each in named}
    for path in folder.iterdir():
        if path.name.partition(".")[0] in gone:
            path.unlink()
