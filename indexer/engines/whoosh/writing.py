"""Writes records into an index of Whoosh, as documents."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.filedb.filestore import FileStorage

from indexer.engines.whoosh.facts import FACTS_EXTENSION, SegmentFacts
from indexer.engines.whoosh.schema import FIELD_BREAK, make_schema
from indexer.model.document import Passage
from indexer.model.ids import RecordId
from indexer.model.indexed import IndexedEdition, IndexedRecord

MEMORY_MB = 128


def create_index(folder: Path, records: Iterable[IndexedRecord]) -> None:
    """Write a new index into an empty directory."""
    _write(index.create_in(str(folder), make_schema()), records, delete=())
    _remove_lock(folder)


def change_index(
    folder: Path, records: Iterable[IndexedRecord], delete: Collection[RecordId]
) -> None:
    """Replace and remove records in an index that we have verified."""
    _write(FileStorage(str(folder)).open_index(), records, delete=delete)
    _remove_lock(folder)


def _remove_lock(folder: Path) -> None:
    # Whoosh leaves an empty file behind; our own lock is outside the generation.
    (folder / "MAIN_WRITELOCK").unlink(missing_ok=True)


def _write(
    target: Any, records: Iterable[IndexedRecord], *, delete: Collection[RecordId]
) -> None:
    writer = target.writer(limitmb=MEMORY_MB)
    kept = tuple(records)
    try:
        for record_id in delete:
            writer.delete_by_term("record", str(record_id))
        for record in kept:
            for document in _documents(record):
                writer.add_document(**document)
    except BaseException:
        writer.cancel()
        raise
    segment = writer.newsegment.segment_id()
    writer.commit(merge=False)
    if kept:
        path = Path(target.storage.folder) / f"{segment}{FACTS_EXTENSION}"
        path.write_bytes(SegmentFacts.of(kept).to_bytes())
    target.close()


def _documents(record: IndexedRecord) -> Iterator[dict[str, str]]:
    for edition in record.editions:
        yield _head(record, edition)
        for passage in edition.passages:
            yield _passage(record, edition, passage)


def _head(record: IndexedRecord, edition: IndexedEdition) -> dict[str, str]:
    locale = edition.locale
    words = (edition.title, edition.summary, edition.keywords)
    stored = {
        "title": edition.title,
        "summary": edition.summary,
        "names": edition.names,
        "date": record.date,
        "facets": {facet.value: values for facet, values in record.facets.items()},
        "places": {place.slug: dict(place.names) for place in record.places},
    }
    return {
        "record": str(record.id),
        "locale": locale.value,
        "stored": json.dumps(stored, ensure_ascii=False),
        f"title_{locale}": edition.title,
        f"summary_{locale}": edition.summary,
        f"keywords_{locale}": edition.keywords,
        f"exact_{locale}": FIELD_BREAK.join(words),
        f"exact_title_{locale}": edition.title,
    }


def _passage(
    record: IndexedRecord, edition: IndexedEdition, passage: Passage
) -> dict[str, str]:
    locale = edition.locale
    stored = {
        "text": passage.text,
        "heading": passage.heading,
        "anchor": passage.anchor,
        "page": passage.page,
    }
    return {
        "record": str(record.id),
        "locale": locale.value,
        "stored": json.dumps(stored, ensure_ascii=False),
        f"heading_{locale}": passage.heading,
        f"text_{locale}": passage.text,
        f"exact_{locale}": f"{passage.heading}{FIELD_BREAK}{passage.text}",
    }
