"""The log of what was done, for administrators."""

from __future__ import annotations

from flask import abort, render_template, request

from kb.services import services
from kb.staff.accounts.account_view import log_row
from kb.staff.base.routing import Access, ViewResponse, route

LINES = 100


@route("/log", Access.ADMIN)
def audit_log() -> ViewResponse:
    """Show the log, the newest line first."""
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        abort(400)
    lines = services().database.audit.newest(
        limit=LINES + 1, before=int(before) if before else None
    )
    return render_template(
        "staff/log.html",
        rows=[log_row(each) for each in lines[:LINES]],
        older=lines[LINES - 1].number if len(lines) > LINES else None,
    )
