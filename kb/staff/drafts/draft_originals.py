"""Original files of drafts: their text, and uploads of more, also for published files.

Uploads are stored here; the worker process reads them and puts them in place.
"""

from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.records import Deliverable
from kb.database.model import AuditAction
from kb.publishing.imports.inbox import ReplacedFile
from kb.services import services
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor, deliverable_id, log_action
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    route,
    see_other,
)
from kb.staff.base.session import member
from kb.staff.imports.uploads import start_import
from kb.web.locale import page_locale
from kb.web.records.file_links import media_type
from kb.web.responses.downloads import send_stored

MAX_FILE_BYTES = 100 * 1024 * 1024
UPLOAD_ENDPOINTS = {"staff.replace_file", "staff.attach_file", "staff.send_table"}
REPLACE_RULE = "/records/deliverables/<slug>/files/<name>/replace"


def init_files(app: Flask) -> None:
    """Raise the size limit of requests for uploads by authorized staff.

    This must be registered before CSRF protection, which reads the whole form.
    """
    app.before_request(_allow_large_upload)


@route(REPLACE_RULE, Access.PUBLISHER)
def replace_file_form(slug: str, name: str) -> ViewResponse:
    """Show the form that replaces a published file."""
    return _replace_page(_deliverable(slug, name), name)


@route(REPLACE_RULE, Access.PUBLISHER, methods=("POST",))
def replace_file(slug: str, name: str) -> ViewResponse:
    """Start the import of a file that replaces a published one under its name."""
    record = _deliverable(slug, name)
    return start_import(replaces=ReplacedFile(record.id, name)) or (
        _replace_page(record, name, _("Choose a file first.")),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


@route("/drafts/deliverables/<slug>/files", Access.EDITOR, methods=("POST",))
def attach_file(slug: str) -> ViewResponse:
    """Start the import of a file into the draft of a deliverable."""
    draft = draft_editor().load(deliverable_id(slug))
    response = start_import(draft=draft.record)
    if response is not None:
        return response
    flash(_("Choose a file first."), "bad")
    return see_other(draft_url(draft.record))


@route("/drafts/deliverables/<slug>/files/<name>", Access.EDITOR)
def draft_file(slug: str, name: str) -> Response | ViewResponse:
    """Send an original of a draft, as a download unless a page of it is requested."""
    path = _original(slug, name)
    return send_stored(
        path,
        name=path.name,
        media_type=media_type(path.name),
        size_bytes=path.stat().st_size,
        is_inline="page" in request.args,
    )


@route(
    "/drafts/deliverables/<slug>/files/<name>/remove", Access.EDITOR, methods=("POST",)
)
def detach_file(slug: str, name: str) -> ViewResponse:
    """Remove a file from the draft of a deliverable."""
    record = deliverable_id(slug)
    draft_editor().detach(record, name=name, actor=actor())
    log_action(AuditAction.FILE_DETACHED, record, detail=name)
    flash(_("The file has been removed from the draft."))
    return see_other(draft_url(record))


def _allow_large_upload() -> None:
    access = ACCESS.get(request.endpoint or "")
    if request.endpoint in UPLOAD_ENDPOINTS and request.method == "POST" and access:
        user = member()
        if user is not None and access.admits(user.session.account.role):
            request.max_content_length = MAX_FILE_BYTES


def _deliverable(slug: str, name: str) -> Deliverable:
    record = services().corpus.get(deliverable_id(slug))
    if not isinstance(record, Deliverable) or record.file(name) is None:
        abort(HTTPStatus.NOT_FOUND)
    return record


def _replace_page(record: Deliverable, name: str, error: str = "") -> str:
    return render_template(
        "staff/replace.html",
        record=record.id,
        title=record.title_for(page_locale()),
        name=name,
        error=error,
    )


def _original(slug: str, name: str) -> Path:
    """Return the path of an original, found by listing its folder.

    The name in the address is compared only, never joined to a path.
    """
    folder = repository().draft_folders.find(deliverable_id(slug))
    files = folder / FILES_FOLDER if folder is not None else None
    paths = files.iterdir() if files is not None and files.is_dir() else ()
    path = next((path for path in paths if path.name == name), None)
    if path is None or not path.is_file() or path.is_symlink():
        abort(HTTPStatus.NOT_FOUND)
    return path
