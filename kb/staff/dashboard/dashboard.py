"""The dashboard, the lists that begin on it, and the menu of the staff pages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.corpus.content_warnings import find_warnings
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale
from indexer.model.problems import Problem, errors_first
from indexer.quotation_check import check_all_quotations
from kb.core.cache import IdentityKey
from kb.database.model import AuditAction, ZeroResultSearch
from kb.services import services
from kb.staff.accounts.account_view import ROLE_NAMES, StaffFrame, StaffLink
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    blueprint,
    route,
    see_other,
    staff_url,
)
from kb.staff.base.session import member
from kb.staff.dashboard.dashboard_view import (
    MAX_ROWS,
    problem_listing,
    review_listing,
    search_listing,
    translation_listing,
)
from kb.staff.records.record_loader import load_trash
from kb.staff.records.staff_record_view import draft_listing
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import page_content

ROWS_ON_DASHBOARD = 5
NAVIGATION: tuple[tuple[str, LazyString], ...] = (
    ("dashboard", _l("Dashboard")),
    ("add_form", _l("Add")),
    ("draft_list", _l("To check")),
    ("all_records", _l("Records")),
    ("records_to_translate", _l("To translate")),
    ("history_list", _l("History")),
    ("account_list", _l("Accounts")),
)
"""The endpoints of the menu; a user sees those that their role may use."""


@blueprint.context_processor
def inject_frame() -> dict[str, StaffFrame | None]:
    """Add the menu to the variables of templates; None before sign-in."""
    user = member()
    if user is None:
        return {"staff": None}
    account = user.session.account
    current = (request.endpoint or "").removeprefix("staff.")
    return {
        "staff": StaffFrame(
            email=account.email,
            role=str(ROLE_NAMES[account.role]),
            navigation=tuple(
                StaffLink(str(label), staff_url(endpoint), endpoint == current)
                for endpoint, label in NAVIGATION
                if may_use(endpoint)
            ),
            account_url=staff_url("my_account"),
            sign_out_url=staff_url("sign_out"),
        )
    }


@blueprint.context_processor
def inject_functions() -> dict[str, object]:
    """Add `staff_url(endpoint)` and `may(endpoint)` to the variables of templates."""
    return {"staff_url": staff_url, "may": may_use}


def may_use(endpoint: str) -> bool:
    """Return whether the current user may use an endpoint of the blueprint."""
    user = member()
    access = ACCESS.get(f"staff.{endpoint}")
    role = None if user is None else user.session.account.role
    return access is not None and access.admits(role)


@route("/", Access.EDITOR)
def dashboard() -> ViewResponse:
    """Show the first rows of each list of work to do."""
    content, limit = page_content(), ROWS_ON_DASHBOARD
    today = services().clock().date()
    return render_template(
        "staff/dashboard.html",
        drafts=draft_listing(content.corpus, draft_editor().all(), limit=limit),
        problems=problem_listing(_content_problems(), content, limit=limit),
        to_translate=translation_listing(content, limit=limit),
        to_review=review_listing(content, today, limit=limit),
        searches=search_listing(_searches(), limit=limit),
        is_counted=services().settings.counts_unfound,
        trash=load_trash(limit),
    )


@route("/translations", Access.EDITOR)
def records_to_translate() -> ViewResponse:
    """List the records that lack an edition."""
    listing = translation_listing(page_content())
    return render_template("staff/records_to_translate.html", listing=listing)


@route("/review", Access.EDITOR)
def records_to_review() -> ViewResponse:
    """List the records that were not updated for a year."""
    listing = review_listing(page_content(), services().clock().date())
    return render_template("staff/records_to_review.html", listing=listing)


@route("/problems", Access.EDITOR)
def content_problems() -> ViewResponse:
    """List the problems that `kb content check` reports."""
    listing = problem_listing(_content_problems(), page_content())
    return render_template("staff/content_problems.html", listing=listing)


@route("/searches", Access.EDITOR)
def zero_result_searches() -> ViewResponse:
    """List the searches without results, the most frequent first."""
    return render_template(
        "staff/zero_result_searches.html",
        listing=search_listing(_searches()),
        is_counted=services().settings.counts_unfound,
    )


@route("/searches/dismiss", Access.PUBLISHER, methods=("POST",))
def dismiss_search() -> ViewResponse:
    """Remove a search from the list."""
    text, locale = request.form.get("text", ""), request.form.get("locale", "")
    if not text or locale not in set(Locale):
        abort(HTTPStatus.BAD_REQUEST)
    services().database.zero_result_searches.dismiss(text, Locale(locale))
    log_action(AuditAction.SEARCH_DISMISSED, detail=text)
    flash(_("The search has been removed from the list."))
    return see_other(staff_url("zero_result_searches"))


def _content_problems() -> Sequence[Problem]:
    """Return the problems that `kb content check` prints, errors first."""
    corpus = services().corpus
    documents = services().settings.locations.documents
    misquoted = check_all_quotations(corpus, services().texts, documents)
    warnings = _warnings(IdentityKey(corpus), documents.name)
    return errors_first((*corpus.problems, *misquoted, *warnings))


@lru_cache(maxsize=2)
def _warnings(corpus: IdentityKey[Corpus], root: str) -> tuple[Problem, ...]:
    # Cached because it parses every text: 0.3 s.
    return tuple(find_warnings(corpus.value, root=root))


def _searches() -> tuple[ZeroResultSearch, ...]:
    if not services().settings.counts_unfound:
        return ()
    database = services().database
    return tuple(database.zero_result_searches.most_frequent(limit=MAX_ROWS))
