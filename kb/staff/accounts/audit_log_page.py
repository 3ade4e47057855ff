"""The audit log, for administrators."""

from __future__ import annotations

from flask import render_template, request

from kb.services import services
from kb.staff.accounts.account_view import audit_action, audit_detail
from kb.staff.base.requests import row_number
from kb.staff.base.routing import Access, ViewResponse, route

ROWS = 100


@route("/log", Access.ADMIN)
def audit_log() -> ViewResponse:
    """Show the entries of the audit log, newest first."""
    before = row_number(request.args.get("before", ""))
    entries = services().database.audit.newest(limit=ROWS + 1, before=before or None)
    return render_template(
        "staff/audit_log.html",
        entries=entries[:ROWS],
        audit_action=audit_action,
        audit_detail=audit_detail,
        older=entries[ROWS - 1].number if len(entries) > ROWS else None,
    )
