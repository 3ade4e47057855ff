"""The page that leads somebody new from a PDF to a published record."""

import datetime as dt

from flask import render_template

from kb.database.model import Account
from kb.publishing.published.trash import RETENTION_DAYS
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session

NEW_FOR = dt.timedelta(days=14)


def is_new(account: Account, now: dt.datetime) -> bool:
    """Return whether an account is so new that the dashboard begins with the page."""
    return now - account.created_at < NEW_FOR


@route("/first-hour", Access.EDITOR)
def first_hour() -> ViewResponse:
    """Show the steps, each with the page where it is done."""
    return render_template(
        "staff/first_hour.html",
        days=RETENTION_DAYS,
        draft_url=_newest_draft_url(current_session().account),
    )


def _newest_draft_url(account: Account) -> str:
    """Return the address of the last draft that a person saved; else of the list."""
    own = [
        draft
        for draft in draft_editor().all()
        if account.email in {draft.notes.by, *draft.notes.credited}
    ]
    if not own:
        return staff_url("draft_list")
    newest = max(own, key=lambda draft: draft.notes.saved_at)
    return staff_url("edit_draft", record=newest.record)
