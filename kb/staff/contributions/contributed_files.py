"""The files of contributions: private, until staff make public documents of them."""

import io
from contextlib import ExitStack
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import abort, flash, request, send_file
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.contributions.contribution import AttachedFile, Contribution
from kb.contributions.routes import contribution_store
from kb.core.storage_errors import StorageError
from kb.database.model import AuditAction
from kb.publishing.extractions.draft_texts import restriction_text
from kb.publishing.extractions.extraction_store import extraction_key
from kb.publishing.imports.inbox import UploadedFile
from kb.services import services
from kb.staff.base.publishing_services import extraction_store, inbox, record_links
from kb.staff.base.requests import actor, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.imports.uploads import arriving_file, worker_launcher
from kb.web.records.file_links import media_type
from kb.web.responses.downloads import FILE_POLICY


@route("/inbox/<int:number>/files", Access.EDITOR, methods=("POST",))
def publishable_files(number: int) -> ViewResponse:
    """Make a draft of a deliverable of each private file, for its practice to name."""
    contribution = stored_contribution(number)
    draft = contribution.draft
    if draft is None or not record_links().draft_link(draft):
        abort(HTTPStatus.NOT_FOUND)
    try:
        send_files(contribution, cited_by=draft)
    except (OSError, StorageError):
        flash(_("Its files could not be stored here. Press the button again."), "bad")
        return see_other(detail_url(number))
    log_action(AuditAction.FILES_SENT, draft, f"#{number}")
    flash(_("Each file becomes a draft, which the draft of the practice then names."))
    return see_other(detail_url(number))


@route("/inbox/<int:number>/files/<int:file_number>", Access.EDITOR)
def contribution_file(number: int, file_number: int) -> ViewResponse:
    """Send a file of a contribution, always as a download."""
    file = contribution_store().file(stored_contribution(number).number, file_number)
    if file is None:
        abort(HTTPStatus.NOT_FOUND)
    response = send_file(
        io.BytesIO(file.content),
        mimetype=media_type(file.name),
        as_attachment=True,
        download_name=file.name,
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def stored_contribution(number: int) -> Contribution:
    """Return a contribution; abort with 404 without one."""
    contribution = contribution_store().get(number)
    if contribution is None:
        abort(HTTPStatus.NOT_FOUND)
    return contribution


def detail_url(number: int) -> str:
    """Return the address of a contribution, beside the list with the same filter."""
    shown = request.args.get("show")
    return staff_url("contribution_detail", number=number, show=shown)


def closed_by(contribution: Contribution, attached: AttachedFile) -> str:
    """Return the words by which a file that was read says that it is closed."""
    if contribution.draft is None:
        return ""
    file = contribution_store().file(contribution.number, attached.number)
    key = extraction_key("" if file is None else sha256(file.content).hexdigest())
    closed = (
        extraction_store().load(key).closed_by if extraction_store().has(key) else None
    )
    return "" if closed is None else restriction_text(closed, _)


def send_files(contribution: Contribution, *, cited_by: RecordId | None = None) -> None:
    """Have the files read in the sandbox, as uploads of staff are.

    They are private: the message shows what they say of their audience. With
    `cited_by`, each becomes the draft of a deliverable, which that draft then names.

    Raises:
        OSError: the files can't be stored.
    """
    if not contribution.files:
        return
    with ExitStack() as stack:
        folder = inbox().open()
        files = []
        for attached in contribution.files:
            stored = contribution_store().file(contribution.number, attached.number)
            if stored is None:
                continue
            file = stack.enter_context(arriving_file(folder))
            file.write(stored.content)
            file.flush()
            path = Path(file.name)
            files.append(UploadedFile(path, attached.name, attached.size_bytes))
        inbox().add(
            files,
            by=actor(),
            at=services().clock(),
            locale=contribution.locale,
            cited_by=cited_by,
            is_private=cited_by is None,
        )
    worker_launcher().start()
