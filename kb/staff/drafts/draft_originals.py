"""The originals of a deliverable: replaced, put into a draft, taken out of it.

Each is received here; it is read and put in place by the process that reads.
"""

from __future__ import annotations

from flask import Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Deliverable
from kb.database.model import AuditAction
from kb.publishing.imports.tasks import Replaced
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.routing import ACCESS, Access, ViewResponse, route
from kb.staff.base.session import member
from kb.staff.drafts.edit_page import INVALID, actor, record_id, required_draft_url
from kb.staff.imports.upload_form import start_import
from kb.web.locale import page_locale

MAX_FILE_BYTES = 100 * 1024 * 1024
RECEIVE = {"staff.replace_file", "staff.attach_file"}
FILE = "/records/deliverables/<slug>/files/<name>/replace"


def init_files(app: Flask) -> None:
    """Let publishers send a large file, where one is asked for; nobody else.

    It must stand before the protection of forms, which reads all that was sent.
    """
    app.before_request(_allow_file)


@route(FILE, Access.PUBLISHER)
def replace_file_form(slug: str, name: str) -> ViewResponse:
    """Ask for the file that takes the place of another."""
    return _page(_deliverable(slug, name), name)


@route(FILE, Access.PUBLISHER, methods=("POST",))
def replace_file(slug: str, name: str) -> ViewResponse:
    """Have a file read, and then put in the stead of another, under its name."""
    record = _deliverable(slug, name)
    return start_import(replaces=Replaced(record.id, name)) or (
        _page(record, name, _("Choose a file first.")),
        INVALID,
    )


@route("/drafts/deliverables/<slug>/files", Access.EDITOR, methods=("POST",))
def attach_file(slug: str) -> ViewResponse:
    """Have a file read, and then put into the draft of a deliverable."""
    draft = draft_editor().load(record_id(Kind.DELIVERABLE.folder, slug))
    answer = start_import(draft=draft.record)
    if answer is not None:
        return answer
    flash(_("Choose a file first."), "bad")
    return redirect(required_draft_url(draft.record), 303)


@route(
    "/drafts/deliverables/<slug>/files/<name>/remove", Access.EDITOR, methods=("POST",)
)
def detach_file(slug: str, name: str) -> ViewResponse:
    """Take a file out of the draft of a deliverable."""
    record = record_id(Kind.DELIVERABLE.folder, slug)
    draft_editor().detach(record, name=name, who=actor())
    log_action(AuditAction.FILE_DETACHED, record, detail=name)
    flash(_("The file is out of the draft."))
    return redirect(required_draft_url(record), 303)


def _allow_file() -> None:
    required = ACCESS.get(request.endpoint or "")
    if request.endpoint in RECEIVE and request.method == "POST" and required:
        who = member()
        if who is not None and required.admits(who.session.account.role):
            request.max_content_length = MAX_FILE_BYTES


def _deliverable(slug: str, name: str) -> Deliverable:
    found = services().corpus.get(record_id(Kind.DELIVERABLE.folder, slug))
    if not isinstance(found, Deliverable) or found.file(name) is None:
        abort(404)
    return found


def _page(record: Deliverable, name: str, refusal: str = "") -> str:
    return render_template(
        "staff/replace.html",
        record=RecordId(record.id.kind, record.id.slug),
        title=record.edition(page_locale()).title,
        name=name,
        refusal=refusal,
    )
