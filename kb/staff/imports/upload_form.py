"""Files that a form sent: kept, and handed to the process that reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

from bs4 import BeautifulSoup
from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.imports.inbox import ARRIVING, Inbox, UploadedFile
from kb.publishing.imports.tasks import Replaced
from kb.publishing.storage.names import safe_name
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.routing import ViewResponse, staff_url
from kb.staff.base.session import current_session
from kb.staff.imports.upload_request import starter
from kb.web.locale import page_locale

NO_ROOM = 507
MAX_TITLE_LOOKED_FOR = 200_000


def start_import(
    *,
    with_page: bool = False,
    replaces: Replaced | None = None,
    draft: RecordId | None = None,
) -> ViewResponse | None:
    """Have the files of a form read, and lead to their task; None when it has none.

    `with_page` takes a web page that was pasted for one of them. They become drafts,
    unless one `replaces` an original, or they are for a `draft` that is there.
    """
    inbox = Inbox(services().settings.locations.instance)
    try:
        # To close a file is to write the rest of it, so it may fail for want of room.
        with ExitStack() as stack:
            folder = inbox.open()
            arrivals = list(_files(folder, stack))
            arrivals += _pasted(folder, stack) if with_page else ()
            if not arrivals:
                return None
            return store_upload(inbox, arrivals, replaces=replaces, draft=draft)
    except OSError as error:
        return no_room(error)


def store_upload(
    inbox: Inbox,
    arrivals: list[UploadedFile],
    *,
    replaces: Replaced | None = None,
    draft: RecordId | None = None,
    recognises: bool = False,
) -> ViewResponse:
    """Make a task of files, have it begun, and lead to its page.

    Raises:
        OSError: they can't be kept.
    """
    task = inbox.take(
        arrivals,
        by=current_session().account.email,
        at=services().clock(),
        locale=page_locale(),
        replaces=replaces,
        draft=draft,
        recognises=recognises,
    )
    names = ", ".join(each.name for each in task.files)
    place = f"{replaces.record}/{replaces.name}" if replaces else draft
    log_action(
        AuditAction.FILES_SENT, task.id, f"{names} → {place}" if place else names
    )
    starter().start()
    return redirect(staff_url("task_progress", task_id=task.id), 303)


def no_room(error: OSError) -> ViewResponse:
    """Say that what was sent can't be kept."""
    reason = _(error.strerror or str(error))
    return render_template("staff/no_room.html", reason=reason), NO_ROOM


def _files(folder: Path, stack: ExitStack) -> Iterator[UploadedFile]:
    """Give the files of the form; a field that was left empty is none."""
    for each in (*request.files.getlist("files"), *request.files.getlist("file")):
        if each.filename:
            yield _arrival(each, folder, stack)


def _arrival(sent: FileStorage, folder: Path, stack: ExitStack) -> UploadedFile:
    name = getattr(sent.stream, "name", None)
    if isinstance(name, str) and Path(name).parent == folder:
        path = Path(name)
        sent.stream.flush()
    else:
        kept = _temporary(folder, stack)
        sent.save(kept)
        kept.flush()
        path = Path(kept.name)
    return UploadedFile(path, sent.filename or "", path.stat().st_size)


def _pasted(folder: Path, stack: ExitStack) -> Iterator[UploadedFile]:
    """Give the web page that was pasted, as a file."""
    text = request.form.get("html", "")
    if not text.strip():
        return
    content = text.encode("utf-8", "replace")
    kept = _temporary(folder, stack)
    kept.write(content)
    kept.flush()
    title = _title_of(text) or _("web page")
    name = safe_name(f"{title}.html")
    yield UploadedFile(Path(kept.name), name, len(content))


def _title_of(html: str) -> str:
    found = BeautifulSoup(html[:MAX_TITLE_LOOKED_FOR], "html.parser").find("title")
    return " ".join(found.get_text().split())[:100] if found is not None else ""


def _temporary(folder: Path, stack: ExitStack) -> IO[bytes]:
    kept = tempfile.NamedTemporaryFile(dir=folder, prefix=ARRIVING)  # noqa: SIM115  # closed by the stack
    return cast("IO[bytes]", stack.enter_context(kept))
