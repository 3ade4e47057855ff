"""The list of all records and drafts, and the overview of one of them."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError
from kb.services import services
from kb.staff.base.after_change import log_action
from kb.staff.base.chosen_rows import too_many_text, whole_list_label
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.base.staff_list import (
    ORDER_LABELS,
    ListChoices,
    ListFilter,
    ListOrder,
    filter_from,
    in_order,
)
from kb.staff.drafts.draft_list_view import theme_titles
from kb.staff.records.record_loader import load_record
from kb.staff.records.staff_record_view import (
    STATUS_LABELS,
    RecordStatus,
    StaffRow,
    staff_rows,
)
from kb.web.labels import KINDS_PLURAL
from kb.web.locale import lazy_gettext as _l
from kb.web.pagination import page_slice
from kb.web.search.request_query import page_number

PER_PAGE = 30
STATE_NAME = "standing"
"""The parameter of the state in the address of the list."""


@route("/records", Access.EDITOR)
def all_records() -> ViewResponse:
    """List the records and drafts that match a filter."""
    chosen = filter_from(request.args, RecordStatus, STATE_NAME)
    rows = matching_rows(chosen)
    page = page_number(request.args.get("page", "")) or 1
    pages = page_slice(len(rows), page=page, per_page=PER_PAGE)
    return render_template(
        "staff/records.html",
        filter=chosen,
        rows=rows[pages.rows],
        total=len(rows),
        pages=pages,
        whole_label=whole_list_label(len(rows), len(rows[pages.rows])),
        too_many=too_many_text(len(rows)),
        choices=ListChoices(
            kinds=KINDS_PLURAL,
            themes=theme_titles(services().corpus),
            orders={ListOrder.USUAL: _l("Drafts first"), **ORDER_LABELS},
            states=dict(STATUS_LABELS.items()),
        ),
    )


def matching_rows(chosen: ListFilter) -> list[StaffRow]:
    """Return the rows of all records and drafts that match a filter, in its order."""
    rows = staff_rows(services().corpus, draft_editor().all())
    rows = [each for each in rows if chosen.matches(each.entry)]
    return in_order(rows, chosen.order, lambda each: each.entry)


@route("/records/<record:record>", Access.EDITOR)
def record_overview(record: RecordId) -> ViewResponse:
    """Show the status of a record, and the changes that can be made to it."""
    view = load_record(record)
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("staff/record.html", view=view, row=view.row)


@route("/records/<record:record>/change", Access.EDITOR, methods=("POST",))
def begin_change(record: RecordId) -> ViewResponse:
    """Begin a draft that is a copy of a published record, or open the existing one."""
    has_draft = repository().draft_folders.find(record) is not None
    if not has_draft and repository().state(record) is None:
        raise NotFoundError(record)
    draft_editor().begin(record, actor())
    if has_draft:
        flash(_("This draft already exists: here it is."))
    else:
        log_action(AuditAction.DRAFT_BEGUN, record)
    return see_other(draft_url(record))
