"""All records and drafts: found, changed, begun."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Kind
from kb.database.model import AuditAction
from kb.publishing.errors import NotThereError
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import Access, ViewResponse, route
from kb.staff.drafts.edit_page import RECORD, actor, record_id, required_draft_url
from kb.staff.records.staff_record_view import (
    RecordFilter,
    RecordStatus,
    record_page,
    staff_record_list,
)
from kb.web.request_query import page_number


@route("/records", Access.EDITOR)
def all_records() -> ViewResponse:
    """Find any record or draft."""
    view = staff_record_list(_wanted(), services().corpus, draft_editor().all())
    return render_template("staff/records.html", view=view)


@route(f"/records/{RECORD}", Access.EDITOR)
def record_overview(folder: str, slug: str) -> ViewResponse:
    """Show where a record stands, and what can be done with it."""
    found = record_id(folder, slug)
    view = record_page(found, services().corpus, repository())
    if view is None:
        abort(404)
    return render_template("staff/record.html", view=view)


@route(f"/records/{RECORD}/change", Access.EDITOR, methods=("POST",))
def begin_change(folder: str, slug: str) -> ViewResponse:
    """Begin a change of a published record: a draft that is a copy of it."""
    found = record_id(folder, slug)
    is_draft = repository().draft_folders.find(found) is not None
    if not is_draft and repository().state(found) is None:
        raise NotThereError(found)
    draft_editor().begin(found, actor())
    if is_draft:
        flash(_("This draft was begun before: here it is."))
    else:
        log_action(AuditAction.DRAFT_BEGUN, found)
    return redirect(required_draft_url(found), 303)


def _wanted() -> RecordFilter:
    kind = next(
        (each for each in Kind if each.value == request.args.get("kind", "")), None
    )
    standing = next(
        (
            each
            for each in RecordStatus
            if each.value == request.args.get("standing", "")
        ),
        None,
    )
    return RecordFilter(
        text=request.args.get("q", "")[:200],
        kind=kind,
        standing=standing,
        page=page_number(request.args.get("page", "")) or 1,
    )
