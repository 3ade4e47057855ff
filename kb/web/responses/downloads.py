"""Sends originals: as attachments, or inline if the file can do no harm."""

import os
import stat
import threading
from collections.abc import Iterable
from http import HTTPStatus
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from cachetools import LRUCache, cached
from flask import Response, abort, request, send_file

from indexer.files import file_stamp
from indexer.readers.pdf.javascript import may_run_scripts
from kb.web.responses.headers import REVALIDATE

FILE_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)
"""The Content-Security-Policy of an original: an untrusted file must run nothing."""

INLINE_TYPES = {"application/pdf"}
MAX_FILES_CACHED = 10_000


def send_stored(
    path: Path,
    *,
    name: str,
    media_type: str,
    size_bytes: int,
    sha256: str = "",
    is_inline: bool = False,
) -> Response:
    """Send a file as an attachment or, with `is_inline`, to the browser's viewer.

    A PDF that may run scripts is always an attachment. The response is 404 if the size
    of the file is no longer `size_bytes`.
    """
    file = _open(path, size_bytes)
    is_inline = is_inline and media_type in INLINE_TYPES and not _runs_scripts(file)
    response = send_file(
        file,
        mimetype=media_type,
        as_attachment=not is_inline,
        download_name=name,
        etag=sha256 or False,
        conditional=False,
    )
    # Werkzeug can't know the size of an open file, and range requests need it.
    response.content_length = size_bytes
    response.make_conditional(
        request.environ, accept_ranges=True, complete_length=size_bytes
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = REVALIDATE
    return response


def as_attachment(
    body: str | bytes | Iterable[bytes], *, name: str, media_type: str
) -> Response:
    """Return a response that browsers save as a file; no search engine indexes it.

    A text is sent in UTF-8. The name is in ASCII and has no quotation mark.
    """
    response = Response(body)
    is_text = isinstance(body, str)
    response.content_type = f"{media_type}; charset=utf-8" if is_text else media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _file_key(file: BinaryIO) -> tuple[int, ...]:
    status = os.fstat(file.fileno())
    return status.st_dev, *file_stamp(status)


@cached(LRUCache(MAX_FILES_CACHED), key=_file_key, lock=threading.Lock())
def _runs_scripts(file: BinaryIO) -> bool:
    if not os.fstat(file.fileno()).st_size:
        return False  # an empty file can't be mapped
    with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return may_run_scripts(content)


def _open(path: Path, size_bytes: int) -> BinaryIO:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        abort(HTTPStatus.NOT_FOUND)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size != size_bytes:
        os.close(descriptor)
        abort(HTTPStatus.NOT_FOUND)
    return os.fdopen(descriptor, "rb")
