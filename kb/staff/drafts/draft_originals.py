"""Original files of drafts: their text, and uploads of more, also for published files.

Uploads are stored here; the worker process reads them and puts them in place.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.model.document import FileReading
from indexer.model.records import Deliverable
from kb.database.model import AuditAction
from kb.public.document.file_text import write_text
from kb.publishing.imports.inbox import ReplacedFile
from kb.services import services
from kb.staff.base.after_change import log_action
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.requests import actor, deliverable_id
from kb.staff.base.routing import ACCESS, Access, ViewResponse, route, see_other
from kb.staff.base.session import member
from kb.staff.imports.uploads import start_import
from kb.web.locale import page_locale

MAX_FILE_BYTES = 100 * 1024 * 1024
UPLOAD_ENDPOINTS = {"staff.replace_file", "staff.attach_file"}
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


def read_text_page(
    name: str,
    reading: FileReading,
    page_url: Callable[[int | None], str],
    *,
    back_url: str,
    back_label: str,
    marks_url: str,
) -> str:
    """Return the page of the text of a file.

    Args:
        name: The name of the file.
        reading: Its text.
        page_url: Returns the address of the file, opened at a page.
        back_url: The address of the page that the reader came from.
        back_label: The label of the link to it.
        marks_url: The address of the page that marks passages of the file.
    """
    lang = reading.locale or page_locale()
    return render_template(
        "staff/extracted_text.html",
        name=name,
        lang=lang.value,
        text=write_text(reading, lang, page_locale(), page_url),
        back_url=back_url,
        back_label=back_label,
        file_url=page_url(None),
        marks_url=marks_url,
    )
