"""Uploads: their limits, their way into the inbox, and the task that reads them.

Flask parses the whole form before a view runs, so the limits are checked before that.
"""

import logging
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import IO, cast

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from flask import Flask, Request, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from indexer.model.ids import Kind, Locale, RecordId
from kb.contributions.attachments import MAX_DISCARDED_FORM_BYTES, MAX_FORM_BYTES
from kb.contributions.routes import form_not_stored_page
from kb.core.request_limits import REJECTED_BODY, BodyLimits
from kb.core.settings import Settings
from kb.database.model import AuditAction
from kb.publishing.imports.inbox import (
    ARRIVING,
    MAX_FILE_BYTES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
    ReplacedFile,
    UploadedFile,
)
from kb.publishing.imports.worker_launcher import WorkerLauncher
from kb.publishing.storage.names import safe_name
from kb.services import services
from kb.staff.base.access import session_ended_page
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import inbox
from kb.staff.base.requests import actor, json_error, log_action, wants_json
from kb.staff.base.routing import ViewResponse, blueprint, see_other, staff_url
from kb.staff.base.session import MAX_CONTENT_BYTES, member
from kb.web.locale import page_locale
from kb.web.responses.headers import path_below

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
    is_own_form = request.endpoint != "staff.attach_file"
    page = render_template(
        "staff/file_too_large.html",
        most_each=MAX_FILE_BYTES // MEGABYTE,
        # The forms that replace a file, and that send a table, have their own address.
        back=f"{request.script_root}{request.path}"
        if is_own_form
        else draft_url(record),
    )
    return page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE


MAX_TITLE_CHARACTERS = 100
MAX_CHARACTERS_SEARCHED = 200_000
"""The title of a pasted page is searched in its first characters only."""


def start_import(
    *,
    has_pasted_page: bool = False,
    replaces: ReplacedFile | None = None,
    draft: RecordId | None = None,
) -> ViewResponse | None:
    """Import the files of the submitted form, and redirect to the task.

    Args:
        has_pasted_page: Whether the form has a field for the HTML of a page.
        replaces: The published file that the uploaded file replaces.
        draft: The draft to add the files to; by default each file becomes a draft.

    Returns:
        None when the form has no file.
    """
    try:
        # Closing a temporary file flushes it, so it may raise OSError as well.
        with ExitStack() as stack:
            folder = inbox().open()
            files = list(_uploaded_files(folder, stack))
            files += _pasted_page(folder, stack) if has_pasted_page else ()
            if not files:
                return None
            return store_upload(files, replaces=replaces, draft=draft)
    except OSError as error:
        return disk_full_page(error)


def store_upload(
    files: list[UploadedFile],
    *,
    replaces: ReplacedFile | None = None,
    draft: RecordId | None = None,
    ocr: bool = False,
) -> ViewResponse:
    """Create a task for files, start the worker, and redirect to the task.

    Raises:
        OSError: The files can't be stored.
    """
    task = inbox().add(
        files,
        by=actor(),
        at=services().clock(),
        locale=page_locale(),
        replaces=replaces,
        draft=draft,
        ocr=ocr,
    )
    names = ", ".join(file.name for file in task.files)
    target = f"{replaces.record}/{replaces.name}" if replaces else draft
    detail = f"{names} → {target}" if target else names
    log_action(AuditAction.FILES_SENT, task.id, detail)
    worker_launcher().start()
    return see_other(staff_url("task_progress", task_id=task.id))


def _uploaded_files(folder: Path, stack: ExitStack) -> Iterator[UploadedFile]:
    for upload in (*request.files.getlist("files"), *request.files.getlist("file")):
        if upload.filename:  # a browser sends an empty part for an unused control
            yield _uploaded_file(upload, folder, stack)


def _uploaded_file(upload: FileStorage, folder: Path, stack: ExitStack) -> UploadedFile:
    name = getattr(upload.stream, "name", None)
    if isinstance(name, str) and Path(name).parent == folder:
        path = Path(name)
        upload.stream.flush()
    else:
        file = stack.enter_context(arriving_file(folder))
        upload.save(file)
        file.flush()
        path = Path(file.name)
    return UploadedFile(path, upload.filename or "", path.stat().st_size)


def _pasted_page(folder: Path, stack: ExitStack) -> Iterator[UploadedFile]:
    html = request.form.get("html", "")
    if not html.strip():
        return
    content = html.encode("utf-8", "replace")
    file = stack.enter_context(arriving_file(folder))
    file.write(content)
    file.flush()
    title = _html_title(html) or _("web page")
    yield UploadedFile(Path(file.name), safe_name(f"{title}.html"), len(content))


def _html_title(html: str) -> str:
    # lxml takes linear time; html.parser takes minutes for 60 kB of unclosed comments.
    start = html[:MAX_CHARACTERS_SEARCHED]
    soup = BeautifulSoup(start, "lxml", parse_only=SoupStrainer("title"))
    title = soup.title
    if title is None:
        return ""
    return " ".join(title.get_text().split())[:MAX_TITLE_CHARACTERS]
