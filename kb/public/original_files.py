"""Sends the originals that the records of deliverables list."""

from __future__ import annotations

from flask import Response

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Deliverable, OriginalFile
from kb.services import services
from kb.web.downloads import send_stored
from kb.web.file_links import media_type


def listed_file(slug: str, name: str) -> tuple[Deliverable, OriginalFile] | None:
    """Return a deliverable and a file that it lists, or None."""
    record = services().corpus.get(RecordId(Kind.DELIVERABLE, slug))
    file = record.file(name) if isinstance(record, Deliverable) else None
    if not isinstance(record, Deliverable) or file is None:
        return None
    return record, file


def send_original(record: Deliverable, file: OriginalFile) -> Response:
    """Send a file as it was received."""
    return send_stored(
        services().texts.path(record.id, file),
        name=file.name,
        media_type=media_type(file.name),
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        is_inline=True,
    )
