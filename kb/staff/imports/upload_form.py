"""Stores the files of a form in the inbox, and starts the worker that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.imports.inbox import UploadedFile
from kb.publishing.imports.tasks import ReplacedFile
from kb.publishing.storage.names import safe_name
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import inbox
from kb.staff.base.requests import actor
from kb.staff.base.routing import ViewResponse, see_other, staff_url
from kb.staff.imports.upload_request import (
    arriving_file,
    disk_full_page,
    worker_launcher,
)
from kb.web.locale import page_locale

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
    names = ", ".join(each.name for each in task.files)
    target = f"{replaces.record}/{replaces.name}" if replaces else draft
    detail = f"{names} → {target}" if target else names
    log_action(AuditAction.FILES_SENT, task.id, detail)
    worker_launcher().start()
    return see_other(staff_url("task_progress", task_id=task.id))


def _uploaded_files(folder: Path, stack: ExitStack) -> Iterator[UploadedFile]:
    for each in (*request.files.getlist("files"), *request.files.getlist("file")):
        if each.filename:  # a browser sends an empty part for an unused control
            yield _uploaded_file(each, folder, stack)


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
