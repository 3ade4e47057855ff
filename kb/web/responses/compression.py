"""Compresses texts by Brotli or gzip, for clients that accept them.

A response with `no-store` is sent as it is: it may contain a secret next to words of
its request, and the size of a compressed page tells how much of both is alike (BREACH).
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus

import brotli
from flask import Flask, Response, request

MIN_BYTES = 300
"""Below it, compression saves no more than the headers that it adds."""

GZIP_LEVEL, GZIP_BEST_LEVEL = 6, 9
BROTLI_LEVEL, BROTLI_BEST_LEVEL = 5, 11
"""The best levels below 3 ms of processor for the longest page; the best of all are for
static files."""

MAX_STATIC_FILES = 128
GZIP_FORMAT = zlib.MAX_WBITS | 16

TEXT_TYPE_ENDS = ("json", "xml", "javascript", "x-bibtex", "x-research-info-systems")
"""The ends of media types that are texts, beside all of `text/`."""


def init_compression(app: Flask) -> None:
    """Compress the responses of the application; no hook that follows changes them.

    Flask calls the hook that was registered first last.
    """
    app.before_request(_ignore_weak_range)
    app.after_request(_compress)


def _ignore_weak_range() -> None:
    """Ignore the range of a request whose `If-Range` is a weak ETag.

    A range of a compressed text is sent only for a strong ETag (RFC 9110, 13.1.5), and
    Werkzeug compares a weak one as if it was strong. The response is the whole text.
    """
    if request.headers.get("If-Range", "").startswith("W/"):
        request.environ.pop("HTTP_RANGE", None)


def _compress(response: Response) -> Response:
    """Return a response, compressed if it is a text that may be, for this client."""
    is_static = request.endpoint == "static"
    if not _is_compressible(response) or (
        response.direct_passthrough and not is_static
    ):
        return response
    response.vary.add("Accept-Encoding")
    is_stream = response.is_streamed and not is_static
    offered = ("gzip", "identity") if is_stream else ("br", "gzip", "identity")
    coding = request.accept_encodings.best_match(offered)
    if coding not in {"br", "gzip"}:
        return response
    etag, _is_weak = response.get_etag()
    if etag:
        # Its bytes differ from those of the same state for another client.
        response.set_etag(etag, weak=True)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    if is_stream:
        response.response = _compressed_parts(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    else:
        response.direct_passthrough = False
        content = response.get_data()
        compress = _compressed_file if is_static else _compressed
        response.set_data(compress(content, coding))
    response.headers.pop("Accept-Ranges", None)
    response.headers["Content-Encoding"] = coding
    return response


def _is_compressible(response: Response) -> bool:
    media_type = response.mimetype or ""
    is_text = media_type.startswith("text/") or media_type.endswith(TEXT_TYPE_ENDS)
    length = response.headers.get("Content-Length", MIN_BYTES, type=int)
    is_short = length < MIN_BYTES
    is_part = response.status_code == HTTPStatus.PARTIAL_CONTENT
    is_encoded = "Content-Encoding" in response.headers
    may_be_secret = bool(response.cache_control.no_store)
    return is_text and not (is_short or is_part or is_encoded or may_be_secret)


@lru_cache(maxsize=MAX_STATIC_FILES)
def _compressed_file(content: bytes, coding: str) -> bytes:
    """Return a static file, compressed once by each process for each coding."""
    if coding == "br":
        return bytes(brotli.compress(content, quality=BROTLI_BEST_LEVEL))
    return zlib.compress(content, GZIP_BEST_LEVEL, GZIP_FORMAT)


def _compressed(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, quality=BROTLI_LEVEL))
    return zlib.compress(content, GZIP_LEVEL, GZIP_FORMAT)


def _compressed_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each part of a streamed response, compressed, as soon as it is made."""
    compressor = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_FORMAT)
    for part in parts:
        yield compressor.compress(part) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()
