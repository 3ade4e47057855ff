"""Confirms that one language of a record is in step with the other."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, request

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError
from kb.publishing.history.edition_lags import LagConfirmation, confirm_edition
from kb.services import services
from kb.staff.base.after_change import log_action
from kb.staff.base.lag_view import answer_flash, confirmation_of
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url

_LISTS = {"dashboard", "late_records"}


@route("/records/<record:record>/in-step", Access.EDITOR, methods=("POST",))
def confirm_in_step(record: RecordId) -> ViewResponse:
    """Store the answer to changes of the other language; no text changes."""
    if services().corpus.get(record) is None:
        raise NotFoundError(record)
    confirmation = confirmation_of(request.form.get("act", ""))
    if confirmation is None:
        abort(HTTPStatus.BAD_REQUEST)
    store_confirmation(record, confirmation)
    back = request.form.get("back", "")
    if back in _LISTS:
        return see_other(staff_url(back))
    return see_other(staff_url("record_overview", record=record))


def store_confirmation(record: RecordId, confirmation: LagConfirmation) -> None:
    """Store a confirmation, log it, and tell it on the next page."""
    history, now = repository().history, repository().clock()
    confirm_edition(history, record, confirmation, at=now, actor=actor())
    log_action(AuditAction.EDITION_CONFIRMED, record, detail=confirmation.locale.value)
    flash(answer_flash(confirmation))
