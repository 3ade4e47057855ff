"""Limits the size of uploads, and streams them into the folder of the inbox.

Flask parses the whole form before a view runs, so the limits are checked before that.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import IO, cast

from flask import Flask, Request, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from indexer.model.ids import Kind, Locale, RecordId
from kb.contributions.attachments import (
    MAX_DISCARDED_FORM_BYTES,
    MAX_FORM_BYTES,
)
from kb.contributions.routes import form_not_stored_page
from kb.core.request_body import REJECTED_BODY, BodyLimits
from kb.core.settings import Settings
from kb.publishing.imports.inbox import (
    ARRIVING,
    MAX_FILE_BYTES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
)
from kb.publishing.imports.worker_launcher import WorkerLauncher
from kb.services import services
from kb.staff.base.access import session_ended_page
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import inbox
from kb.staff.base.requests import json_error, wants_json
from kb.staff.base.routing import ViewResponse, blueprint, staff_url
from kb.staff.base.session import MAX_CONTENT_BYTES, member
from kb.web.site_address import path_below

UPLOAD_ENDPOINT = "staff.upload_files"
MAX_DISCARDED_BYTES = 1024 * MEGABYTE
MAX_VISITOR_BYTES = 16_384
"""For forms without a session: the dossier, and the sign-in."""

SIGNED_IN_KEY = "_user_id"
"""The key of the session cookie that Flask-Login sets."""

_EXTENSION = "kb-reading"
_FORM_PATH = re.compile(rf"/(?:{'|'.join(Locale)})/(?:propose|report)/?")
"""The forms of visitors, which may have files."""

logger = logging.getLogger(__name__)


class UploadRequest(Request):
    """A request whose files are written into the inbox, not into a temporary folder."""

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
        return arriving_file(self.upload_folder)  # the request closes it


def arriving_file(folder: Path) -> IO[bytes]:
    """Return a temporary file for its owner only; closing the file deletes it."""
    return cast("IO[bytes]", tempfile.NamedTemporaryFile(dir=folder, prefix=ARRIVING))


def init_uploads(app: Flask, settings: Settings) -> None:
    """Check the size of uploads before any other function reads the form."""
    app.extensions[_EXTENSION] = WorkerLauncher(settings.locations)
    app.before_request(_check_body)
    app.before_request(_receive_upload)


def worker_launcher() -> WorkerLauncher:
    """Return the launcher of the process that reads files."""
    return cast("WorkerLauncher", current_app.extensions[_EXTENSION])


@blueprint.errorhandler(RequestEntityTooLarge)
def request_too_large_page(_error: RequestEntityTooLarge) -> ViewResponse:
    """Return the error page of a form that is too large."""
    if request.mimetype == "multipart/form-data":
        is_upload = request.endpoint == UPLOAD_ENDPOINT
        return _upload_too_large() if is_upload else _file_too_large()
    limit_mb = MAX_CONTENT_BYTES // MEGABYTE
    if wants_json():
        text = _(
            "Not saved: this is too long for one form (%(most)s MB at most). Shorten "
            "it, or put a long text into a file.",
            most=limit_mb,
        )
        return json_error(text, "too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return (
        render_template("staff/form_too_large.html", most=limit_mb),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def body_limits(app: Flask, headers: Mapping[str, str]) -> BodyLimits:
    """Return how much of a request body is read, before its session is verified.

    Args:
        app: the application.
        headers: `PATH_INFO` and `HTTP_COOKIE` of the request.
    """
    with app.app_context():
        path = path_below(services().settings.mount_path, headers["PATH_INFO"])
        environ = {**headers, "PATH_INFO": path}
        cookie = app.session_interface.open_session(app, Request(environ))
    if _FORM_PATH.fullmatch(path):
        return BodyLimits(MAX_FORM_BYTES, discarded=MAX_DISCARDED_FORM_BYTES)
    if not cookie:
        return BodyLimits(MAX_VISITOR_BYTES)
    if SIGNED_IN_KEY not in cookie:
        # A sign-in may contain the form whose session had ended.
        return BodyLimits(MAX_CONTENT_BYTES)
    return BodyLimits(MAX_REQUEST_BYTES, discarded=MAX_DISCARDED_BYTES)


def _check_body() -> ViewResponse | None:
    """Answer a request whose body the server did not store."""
    match request.environ.get(REJECTED_BODY):
        case OSError() if request.blueprint == "contributions":
            return form_not_stored_page()
        case OSError() as error:
            return disk_full_page(error)
        case True if request.endpoint != UPLOAD_ENDPOINT:
            raise RequestEntityTooLarge
        case _:
            return None


def _receive_upload() -> ViewResponse | None:
    if request.endpoint != UPLOAD_ENDPOINT or request.method != "POST":
        return None
    if member() is None:
        return session_ended_page(next_url=staff_url("add_form"), are_files_lost=True)
    # werkzeug reads a form without files into memory.
    has_files = request.mimetype == "multipart/form-data"
    limit = MAX_REQUEST_BYTES if has_files else MAX_PASTED_BYTES
    if (request.content_length or 0) > limit:
        return _upload_too_large()
    upload = cast("UploadRequest", request)
    upload.max_content_length = limit
    upload.max_form_memory_size = MAX_PASTED_BYTES
    try:
        upload.upload_folder = inbox().open()
        upload.files  # noqa: B018  # parses the form
    except RequestEntityTooLarge:
        return _upload_too_large()
    except OSError as error:
        logger.warning("the upload can't be stored: %s", error)
        return disk_full_page(error)
    return None


def disk_full_page(error: OSError) -> ViewResponse:
    """Return the error page of an upload that can't be stored, with status 507."""
    reason = _(error.strerror or str(error))
    page = render_template("staff/disk_full.html", reason=reason)
    return page, HTTPStatus.INSUFFICIENT_STORAGE


def _upload_too_large() -> ViewResponse:
    page = render_template(
        "staff/upload_too_large.html",
        most_together=MAX_REQUEST_BYTES // MEGABYTE,
        most_each=MAX_FILE_BYTES // MEGABYTE,
        most_pasted=MAX_PASTED_BYTES // MEGABYTE,
    )
    return page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _file_too_large() -> ViewResponse:
    """Return the error page of a file for a draft, or for a published record."""
    record = RecordId(Kind.DELIVERABLE, (request.view_args or {}).get("slug", ""))
    is_replacement = request.endpoint == "staff.replace_file"
    page = render_template(
        "staff/file_too_large.html",
        most_each=MAX_FILE_BYTES // MEGABYTE,
        # The form that replaces a file is shown at the address it is submitted to.
        back=f"{request.script_root}{request.path}"
        if is_replacement
        else draft_url(record),
    )
    return page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
