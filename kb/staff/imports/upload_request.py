"""Receives files: for staff only, up to a size, straight into the folder of uploads.

All of a form is read before any view runs. So it is decided here, before that, whether
so much is received at all; whoever sends too much gets a page that says so, and not a
connection that breaks off.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import IO, cast

from flask import (
    Flask,
    Request,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from indexer.model.ids import Kind
from kb.core.settings import Settings
from kb.publishing.imports.inbox import (
    ARRIVING,
    MAX_FILE_BYTES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
    Inbox,
)
from kb.publishing.imports.worker_launcher import WorkerLauncher
from kb.services import services
from kb.staff.base.forms import SignInForm
from kb.staff.base.routing import ViewResponse, blueprint, staff_url
from kb.staff.base.session import MAX_CONTENT_BYTES, member

RECEIVES = "staff.upload_files"
TOO_LARGE = 413
NO_ROOM = 507
UNAUTHORIZED = 401
MAX_DRAINED_BYTES = 1024 * MEGABYTE
DRAINED_AT_ONCE = 1 << 20
_STARTER = "kb-reading"

logger = logging.getLogger(__name__)


class UploadRequest(Request):
    """A request whose files go where they are to be kept, and not elsewhere first."""

    upload_folder: Path | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.upload_folder is None:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        # Only its owner can open it, and it goes with the request.
        return cast(
            "IO[bytes]",
            tempfile.NamedTemporaryFile(  # the request closes it
                dir=self.upload_folder, prefix=ARRIVING
            ),
        )


def init_uploads(app: Flask, settings: Settings) -> None:
    """Decide of each request, before its form is read, how much of it is."""
    app.extensions[_STARTER] = WorkerLauncher(settings.locations)
    app.before_request(_receive)


def starter() -> WorkerLauncher:
    """Give what has files read in the background."""
    return cast("WorkerLauncher", current_app.extensions[_STARTER])


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_too_large(_error: RequestEntityTooLarge) -> ViewResponse:
    """Say that a form is too large, once all of it has come: a browser waits for that.

    What it held is still in the browser.
    """
    _drain(MAX_DRAINED_BYTES if member() is not None else MAX_REQUEST_BYTES)
    if request.mimetype == "multipart/form-data":
        return _file_too_large() if request.endpoint != RECEIVES else _too_large()
    most = MAX_CONTENT_BYTES // MEGABYTE
    if request.accept_mimetypes.best == "application/json":
        text = _(
            "Not saved: this is too long for one form (%(most)s MB at most). Shorten "
            "it, or put a long text into a file.",
            most=most,
        )
        error = {"code": "too-large", "message": text}
        return make_response(jsonify(error=error), TOO_LARGE)
    return render_template("staff/too_long.html", most=most), TOO_LARGE


def _receive() -> ViewResponse | None:
    if request.endpoint != RECEIVES or request.method != "POST":
        return None
    if member() is None:
        _drain(MAX_REQUEST_BYTES)
        return _ask_again()
    # A form without files is read into memory as a whole.
    has_files = request.mimetype == "multipart/form-data"
    most = MAX_REQUEST_BYTES if has_files else MAX_PASTED_BYTES
    if (request.content_length or 0) > most:
        _drain(MAX_DRAINED_BYTES)
        return _too_large()
    asked = cast("UploadRequest", request)
    asked.max_content_length = most
    asked.max_form_memory_size = MAX_PASTED_BYTES
    try:
        asked.upload_folder = Inbox(services().settings.locations.instance).open()
        asked.files  # noqa: B018  # reads the form
    except RequestEntityTooLarge:
        _drain(MAX_REQUEST_BYTES)
        return _too_large()
    except OSError as error:
        logger.warning("files can't be received: %s", error)
        _drain(MAX_REQUEST_BYTES)
        return _no_room(_(error.strerror or str(error)))
    return None


def _drain(most: int) -> None:
    """Read what is still being sent, and keep nothing of it.

    A browser shows no answer that comes while it sends.
    """
    stream = request.environ["wsgi.input"]
    while most > 0:
        part = stream.read(min(DRAINED_AT_ONCE, most))
        if not part:
            return
        most -= len(part)


def _ask_again() -> ViewResponse:
    page = render_template(
        "staff/sign_in.html",
        form=SignInForm(formdata=None),
        next=staff_url("add_form"),
        kept="",
        has_ended=True,
        are_files_lost=True,
    )
    return page, UNAUTHORIZED


def _too_large() -> ViewResponse:
    page = render_template(
        "staff/too_large.html",
        most_together=MAX_REQUEST_BYTES // MEGABYTE,
        most_each=MAX_FILE_BYTES // MEGABYTE,
        most_pasted=MAX_PASTED_BYTES // MEGABYTE,
    )
    return page, TOO_LARGE


def _file_too_large() -> ViewResponse:
    """Say so of the one file that was to go into a draft, or to replace another."""
    slug = (request.view_args or {}).get("slug", "")
    back = staff_url("edit_draft", folder=Kind.DELIVERABLE.folder, slug=slug)
    page = render_template(
        "staff/file_too_large.html",
        most_each=MAX_FILE_BYTES // MEGABYTE,
        # The page of a replacement has the address that its form is sent to.
        back=request.path if request.endpoint == "staff.replace_file" else back,
    )
    return page, TOO_LARGE


def _no_room(reason: str) -> ViewResponse:
    return render_template("staff/no_room.html", reason=reason), NO_ROOM
