"""Writes records into an index of Whoosh, as documents.

A file that was written is never changed: a change adds files, and takes away those
that nothing names any more. What the index consists of stands in one of them, the
table of contents, which is written last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.engines.whoosh.documents import SegmentBuilder
from indexer.engines.whoosh.facts import FACTS_EXTENSION, documents_of
from indexer.engines.whoosh.schema import make_schema
from indexer.engines.whoosh.segment_files import INDEX_NAME, write_segment
from indexer.model.ids import RecordId
from indexer.model.indexed import IndexedRecord


def create_index(folder: Path, records: Iterable[IndexedRecord]) -> None:
    """Write a new index into an empty directory."""
    schema = make_schema()
    segments = list(_write(folder, schema, records))
    TOC(schema, segments, 0).write(FileStorage(str(folder)), INDEX_NAME)


def change_index(
    folder: Path, records: Iterable[IndexedRecord], delete: Collection[RecordId]
) -> None:
    """Replace and remove records in an index that we have verified."""
    storage = FileStorage(str(folder))
    before = TOC.read(storage, INDEX_NAME)
    _mark_deleted(folder, before.segments, {str(record_id) for record_id in delete})
    kept = [segment for segment in before.segments if segment.doc_count()]
    segments = [*kept, *_write(folder, before.schema, records)]
    after = TOC(before.schema, segments, before.generation + 1)
    after.write(storage, INDEX_NAME)
    _remove_unnamed(folder, before, after)


def _write(
    folder: Path, schema: Schema, records: Iterable[IndexedRecord]
) -> Iterator[W3Segment]:
    builder = SegmentBuilder()
    for record in records:
        builder.add(record)
    content = builder.content()
    if content.document_count:
        yield write_segment(folder, schema, content)


def _mark_deleted(folder: Path, segments: list[W3Segment], ids: set[str]) -> None:
    for segment in segments if ids else ():
        path = folder / segment.make_filename(FACTS_EXTENSION)
        for document in documents_of(path, ids).tolist():
            segment.delete_document(document)


def _remove_unnamed(folder: Path, before: TOC, after: TOC) -> None:
    """Remove the table of contents of before, and the segments that it alone names."""
    kept = {segment.segment_id() for segment in after.segments}
    gone = {segment.segment_id() for segment in before.segments} - kept
    old = TOC._filename(INDEX_NAME, before.generation)  # noqa: SLF001  # as Whoosh does
    (folder / old).unlink()
    for path in folder.iterdir():
        if path.name.partition(".")[0] in gone:
            path.unlink()
