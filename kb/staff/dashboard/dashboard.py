"""The desk, and the whole of each list that it begins."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Locale
from kb.database.model import AuditAction
from kb.services import services
from kb.staff.accounts.account_view import ROLE_NAMES, StaffFrame, StaffLink
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import draft_editor, remover
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    blueprint,
    route,
    staff_url,
)
from kb.staff.base.session import member
from kb.staff.dashboard.dashboard_view import (
    SHOWN,
    desk_view,
    problem_listing,
    search_listing,
    to_review,
    to_translate,
)
from kb.staff.records.staff_record_view import aside_listing, draft_listing
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

NAVIGATION: tuple[tuple[str, LazyString], ...] = (
    ("desk", _l("Desk")),
    ("add_form", _l("Add")),
    ("draft_list", _l("To check")),
    ("all_records", _l("Records")),
    ("records_to_translate", _l("To translate")),
    ("history_list", _l("History")),
    ("account_list", _l("Accounts")),
)
"""The menu. A page stands in it as soon as it exists, for those who may see it."""


@blueprint.context_processor
def frame() -> dict[str, StaffFrame | None]:
    """Give the templates of the staff pages what stands around them."""
    who = member()
    if who is None:
        return {"staff": None}
    account = who.session.account
    here = (request.endpoint or "").removeprefix("staff.")
    allowed = {
        name.removeprefix("staff.")
        for name, access in ACCESS.items()
        if access.admits(account.role)
    }
    return {
        "staff": StaffFrame(
            email=account.email,
            role=str(ROLE_NAMES[account.role]),
            navigation=tuple(
                StaffLink(str(label), staff_url(name), name == here)
                for name, label in NAVIGATION
                if name in allowed
            ),
            account_url=staff_url("my_account"),
            sign_out_url=staff_url("sign_out"),
        )
    }


@blueprint.context_processor
def tools() -> dict[str, object]:
    """Give the templates addresses, and what the reader may do."""
    who = member()
    role = None if who is None else who.session.account.role

    def may(endpoint: str) -> bool:
        access = ACCESS.get(f"staff.{endpoint}")
        return access is not None and access.admits(role)

    return {"staff_url": staff_url, "may": may}


@route("/", Access.EDITOR)
def desk() -> ViewResponse:
    """Show what awaits a member of staff."""
    corpus = services().corpus
    return render_template(
        "staff/desk.html",
        view=desk_view(),
        drafts=draft_listing(corpus, draft_editor().all(), limit=SHOWN),
        aside=aside_listing(remover(), corpus, limit=SHOWN),
    )


@route("/translations", Access.EDITOR)
def records_to_translate() -> ViewResponse:
    """List all that awaits translation."""
    return render_template("staff/translations.html", listing=to_translate())


@route("/review", Access.EDITOR)
def records_to_review() -> ViewResponse:
    """List all that is due for review."""
    return render_template("staff/review.html", listing=to_review())


@route("/problems", Access.EDITOR)
def content_problems() -> ViewResponse:
    """List all that the check of the content says."""
    return render_template("staff/problems.html", listing=problem_listing())


@route("/searches", Access.EDITOR)
def zero_result_searches() -> ViewResponse:
    """List the searches that found nothing."""
    is_counted = services().settings.counts_unfound
    return render_template(
        "staff/searches.html", listing=search_listing(), is_counted=is_counted
    )


@route("/searches/dismiss", Access.PUBLISHER, methods=("POST",))
def dismiss_search() -> ViewResponse:
    """Take a search off the list."""
    text, locale = request.form.get("text", ""), request.form.get("locale", "")
    if not text or locale not in set(Locale):
        abort(400)
    services().database.unfound.dismiss(text, Locale(locale))
    log_action(AuditAction.SEARCH_DISMISSED, detail=text)
    flash(_("The search is removed from the list."))
    return redirect(staff_url("zero_result_searches"), 303)
