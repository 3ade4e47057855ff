"""Withdrawal of a record, and its confirmation page."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import render_template, request
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.judgements.measures import QueryResult
from kb.publishing.published.bulk_changes import BulkAct, BulkChange, BulkChanges
from kb.staff.base.audit import log_action
from kb.staff.base.index_updates import update_index
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import publisher, repository
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.records.bulk_view import MAX_REASON
from kb.staff.records.record_loader import load_published_record
from kb.staff.relevance.judgement_cache import lost_searches


@route("/records/<record:record>/unpublish", Access.PUBLISHER)
def confirm_unpublish(record: RecordId) -> ViewResponse:
    """Ask for confirmation before a record is withdrawn."""
    return _confirm_page(record)


@route("/records/<record:record>/unpublish", Access.PUBLISHER, methods=("POST",))
def unpublish_record(record: RecordId) -> ViewResponse:
    """Withdraw a record, which becomes a draft again."""
    reason = " ".join(request.form.get("reason", "").split())[:MAX_REASON]
    if "searches" not in request.form and (lost := searches_lost_without(record)):
        return _confirm_page(record, reason, lost), HTTPStatus.CONFLICT
    publisher().unpublish(record, actor=actor(), reason=reason)
    log_action(AuditAction.RECORD_UNPUBLISHED, record, detail=reason)
    update_index(_("The record has been withdrawn. It is now among the drafts."))
    return see_other(draft_url(record))


def searches_lost_without(record: RecordId) -> Sequence[QueryResult]:
    """Return the judged queries that lose their answer if visitors miss a record."""
    change = BulkChange(BulkAct.WITHDRAW)
    return lost_searches(BulkChanges(repository()).preview(change, [record]))


def _confirm_page(
    record: RecordId, reason: str = "", lost: Sequence[QueryResult] = ()
) -> str:
    view = load_published_record(record)
    return render_template(
        "staff/unpublish.html",
        view=view,
        reason=reason,
        max_reason=MAX_REASON,
        lost=lost,
    )
