"""Serves the originals of deliverables, only those that their records list."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from flask import Response, abort, request, send_file

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Deliverable, OriginalFile
from kb.presenters.files import media_type
from kb.services import services

CONTENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""An original is somebody else's: whatever it holds must do nothing here."""

SHOWN_IN_PLACE = {"application/pdf"}


def listed_file(slug: str, name: str) -> tuple[Deliverable, OriginalFile]:
    """Give a deliverable and a file that it lists; there is no page for any other."""
    record = services().corpus.get(RecordId(Kind.DELIVERABLE, slug))
    file = record.file(name) if isinstance(record, Deliverable) else None
    if not isinstance(record, Deliverable) or file is None:
        abort(404)
    return record, file


def send_original(record: Deliverable, file: OriginalFile) -> Response:
    """Send a file as it was received."""
    path = services().texts.path(record.id, file)
    kind = media_type(file.name)
    content = _opened(path, file)
    response = send_file(
        content,
        mimetype=kind,
        as_attachment=kind not in SHOWN_IN_PLACE,
        download_name=file.name,
        etag=file.sha256,
        conditional=False,
    )
    # An open file does not tell its size, without which no part of it can be given.
    response.content_length = file.size_bytes
    response.make_conditional(
        request.environ, accept_ranges=True, complete_length=file.size_bytes
    )
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _opened(path: Path, file: OriginalFile) -> BinaryIO:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        abort(404)
    status = os.fstat(descriptor)
    # It was verified when the content was read; what took its place since was not.
    if not stat.S_ISREG(status.st_mode) or status.st_size != file.size_bytes:
        os.close(descriptor)
        abort(404)
    return os.fdopen(descriptor, "rb")
