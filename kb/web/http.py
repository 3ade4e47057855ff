"""What every answer carries: a content policy, and how long it may be kept."""

from __future__ import annotations

import hashlib
import os
import stat
from functools import cache, lru_cache
from http import HTTPStatus
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request, send_file, url_for
from markupsafe import Markup

from indexer.readers.pdf.javascript import may_run_scripts
from kb.services import services

SECURITY_HEADERS = {
    # Nothing may come from another host, and nothing may stand in the page itself.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILE_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)
"""An original is somebody else's: whatever it holds must do nothing here."""

SHOWN_IN_PLACE = {"application/pdf"}

MAX_FILES_KNOWN = 10_000
_RUNS_SCRIPTS: dict[tuple[int, ...], bool] = {}
"""Of files that were looked through, by what changes when they do."""

ONE_YEAR_S = 365 * 24 * 3600


def init_http(app: Flask) -> None:
    """Add the headers, and addresses of static files that change with the files."""
    app.after_request(_add_headers)
    app.jinja_env.globals |= {"static_url": static_url, "icon": icon}


def own_origins() -> frozenset[str]:
    """Give what a browser names as the origin of a form that stands on our pages."""
    public = urlsplit(services().settings.base_url)
    own = {request.host_url.rstrip("/")}
    if public.netloc:
        own.add(f"{public.scheme}://{public.netloc}")
    return frozenset(own)


def is_from_elsewhere() -> bool:
    """Tell whether a form stood on a page of another site, as the browser says.

    What it says of the site holds behind any server in front; older ones name only the
    origin, or the page alone, and programs that are no browser name none of them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None and (page := request.headers.get("Referer")):
        # Our own pages name themselves to us: `Referrer-Policy` above says so.
        origin = "/".join(page.split("/", 3)[:3])
    return origin is not None and origin not in own_origins()


def static_url(name: str) -> str:
    """Give the address of a static file; it changes when the file does."""
    return _static_url(request.script_root, name)


def icon(name: str) -> Markup:
    """Draw an icon of the sprite; it never stands without words.

    A page has forty: a macro of a template would cost ten times as much.
    """
    return _icon(static_url("icons.svg"), name)


@lru_cache(maxsize=256)
def _icon(sprite: str, name: str) -> Markup:
    drawn = '<svg aria-hidden="true"><use href="{}#i-{}" /></svg>'
    return Markup(drawn).format(sprite, name)  # noqa: S704  # what it takes is escaped


@lru_cache(maxsize=256)
def _static_url(_root: str, name: str) -> str:
    # `_root` is part of the key since addresses begin with it.
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    path = Path(__file__).parents[1] / "static" / name
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if services().settings.is_https:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={ONE_YEAR_S}"
        )
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        if request.args.get("v") and response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = (
                f"public, max-age={ONE_YEAR_S}, immutable"
            )
    else:
        response.headers.setdefault(
            "Cache-Control", "private, max-age=0, must-revalidate"
        )
    return response


def send_stored(
    path: Path,
    *,
    name: str,
    media_type: str,
    size_bytes: int,
    sha256: str = "",
    is_opened: bool = False,
) -> Response:
    """Send a file as it was received, to be saved; one that `is_opened`, if it can be.

    A browser opens a PDF in a viewer of its own, unless it may run scripts there. What
    took the place of the file since its size was noted is not sent.
    """
    file = _opened(path, size_bytes)
    is_shown = is_opened and media_type in SHOWN_IN_PLACE and not _runs_scripts(file)
    response = send_file(
        file,
        mimetype=media_type,
        as_attachment=not is_shown,
        download_name=name,
        etag=sha256 or False,
        conditional=False,
    )
    # An open file does not tell its size, without which no part of it can be given.
    response.content_length = size_bytes
    response.make_conditional(
        request.environ, accept_ranges=True, complete_length=size_bytes
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _runs_scripts(file: BinaryIO) -> bool:
    status = os.fstat(file.fileno())
    mark = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    known = _RUNS_SCRIPTS.get(mark)
    if known is None and not status.st_size:
        return False  # nothing can be mapped of it
    if known is None:
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            known = may_run_scripts(content)
        if len(_RUNS_SCRIPTS) >= MAX_FILES_KNOWN:
            _RUNS_SCRIPTS.clear()
        _RUNS_SCRIPTS[mark] = known
    return known


def _opened(path: Path, size_bytes: int) -> BinaryIO:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        abort(404)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size != size_bytes:
        os.close(descriptor)
        abort(404)
    return os.fdopen(descriptor, "rb")
