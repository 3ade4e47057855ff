"""The dashboard, the lists that begin on it, and the menu of the staff pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.corpus.content_warnings import find_warnings
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, errors_first
from indexer.model.records import Record
from indexer.quotation_check import check_all_quotations
from kb.contributions.routes import contribution_store
from kb.core.cache import IdentityKey
from kb.database.model import Account, AuditAction, CountedSearch, Role
from kb.publishing.drafts.draft import Draft, DraftState
from kb.publishing.history.edition_lags import (
    EditionLag,
    LagFinder,
    lag_problems,
)
from kb.publishing.history.history import History
from kb.services import services
from kb.staff.accounts.audit_log import ROLE_NAMES
from kb.staff.accounts.sign_in_cookie import ended_session_token
from kb.staff.base.after_change import log_action
from kb.staff.base.field_labels import missing_edition_label
from kb.staff.base.form_field_help import form_field_help
from kb.staff.base.lag_view import LAG_ANSWERS, LateRecordRow, lag_views
from kb.staff.base.links import title_in_texts
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    blueprint,
    route,
    see_other,
    staff_url,
)
from kb.staff.base.session import current_session, member
from kb.staff.base.times import medium_day, stored_time_text, time_text
from kb.staff.contributions.contribution_list_view import contribution_rows
from kb.staff.dashboard.dashboard_view import (
    MAX_ROWS,
    Listing,
    listing,
    problem_listing,
    records_in_one_language,
    records_not_updated,
)
from kb.staff.dashboard.first_hour import is_new
from kb.staff.drafts.draft_list_view import is_with
from kb.staff.page_frame import MENU, MORE_PAGES, device_text_key
from kb.staff.records.record_loader import load_trash
from kb.staff.records.staff_record_view import draft_listing
from kb.staff.relevance.judgement_cache import judgements
from kb.web.labels import ICONS, KINDS
from kb.web.locale import page_locale
from kb.web.urls import record_url

MAX_TITLES = 3


@dataclass(frozen=True, slots=True)
class TodoRow:
    """Work of one kind: how much, the first titles, and the button that opens it."""

    count: int
    title: str
    detail: str
    verb: str
    url: str


def todo_rows(drafts: Sequence[Draft], account: Account) -> tuple[TodoRow, ...]:
    """Return the rows of the drafts that await an account, the most urgent first."""
    return tuple(each for each in _rows(drafts, account) if each.count)


def _rows(drafts: Sequence[Draft], account: Account) -> Iterator[TodoRow]:
    by_state = {
        state: sorted(
            (each for each in drafts if each.notes.state is state),
            key=lambda each: each.notes.saved_at,
        )
        for state in DraftState
    }
    person = account.email
    if account.role.includes(Role.PUBLISHER):
        ready = by_state[DraftState.READY]
        url = staff_url("draft_list", state=DraftState.READY.value)
        yield _row(ready, _("Drafts to review"), _("Review"), url)
    mine = [
        each for each in by_state[DraftState.CHANGES_WANTED] if is_with(each, person)
    ]
    url = staff_url("draft_list", state=DraftState.CHANGES_WANTED.value, person=person)
    yield _row(mine, _("Drafts sent back to you"), _("Correct"), url)
    assigned = [
        each
        for each in by_state[DraftState.IN_PROGRESS]
        if each.notes.assigned_to == person
    ]
    url = staff_url("draft_list", state=DraftState.IN_PROGRESS.value, person=person)
    yield _row(assigned, _("Drafts assigned to you"), _("Continue"), url)


def _row(drafts: Sequence[Draft], title: str, verb: str, url: str) -> TodoRow:
    titles = [title_in_texts(each.record, each.texts).text for each in drafts]
    detail = " ; ".join(titles[:MAX_TITLES])
    more = "…" if len(titles) > MAX_TITLES else ""
    return TodoRow(len(drafts), title, f"{detail}{more}", verb, url)


ROWS_ON_DASHBOARD = 5


@blueprint.context_processor
def inject_staff() -> dict[str, object]:
    """Add the signed-in account, the menu and functions to the template variables."""
    user, provider = member(), services().settings.provider
    return {
        "provider_name": "" if provider is None else provider.name,
        "provider_sign_out_url": staff_url("begin_provider_sign_out")
        if ended_session_token()
        else "",
        "staff": None if user is None else user.session.account,
        "menu": MENU,
        "more_pages": MORE_PAGES,
        "may": may_use,
        "device_text_key": device_text_key,
        "staff_url": staff_url,
        "record_url": record_url,
        "medium_day": medium_day,
        "time_text": time_text,
        "stored_time_text": stored_time_text,
        "missing_edition": missing_edition_label,
        "role_names": ROLE_NAMES,
        "lag_answers": LAG_ANSWERS,
        "form_help": form_field_help,
        "has_mail": services().settings.mail is not None,
        "kinds": KINDS,
        "kind_icons": ICONS,
    }


def may_use(endpoint: str) -> bool:
    """Return whether the current user may use an endpoint of the blueprint."""
    user = member()
    access = ACCESS.get(f"staff.{endpoint}")
    role = None if user is None else user.session.account.role
    return access is not None and access.admits(role)


@route("/", Access.EDITOR)
def dashboard() -> ViewResponse:
    """Show the first rows of each list of work to do."""
    corpus, limit = services().corpus, ROWS_ON_DASHBOARD
    account, settings = current_session().account, services().settings
    drafts = draft_editor().all()
    return render_template(
        "staff/dashboard.html",
        missing_values=settings.missing_values if account.role is Role.ADMIN else (),
        failed_sign_ins=services().database.failed_sign_ins.take(account),
        todo=todo_rows(drafts, account),
        drafts=draft_listing(corpus, drafts, limit=limit),
        problems=problem_listing(_content_problems(), corpus, limit=limit),
        late=listing(_late_rows(), limit=limit),
        to_translate=listing(records_in_one_language(corpus), limit=limit),
        to_review=listing(_old_records(), limit=limit),
        searches=listing(_searches(), limit=limit),
        is_counted=settings.counts_unfound,
        trash=load_trash(limit),
        waiting=_open_messages(limit),
        is_new=is_new(account, services().clock()),
    )


@route("/translations", Access.EDITOR)
def records_to_translate() -> ViewResponse:
    """List the records that lack an edition."""
    records = listing(records_in_one_language(services().corpus))
    return render_template("staff/records_to_translate.html", listing=records)


@route("/behind", Access.EDITOR)
def late_records() -> ViewResponse:
    """List the records of which one language is behind the other."""
    records = listing(_late_rows())
    return render_template("staff/late_records.html", listing=records)


@route("/review", Access.EDITOR)
def records_to_review() -> ViewResponse:
    """List the records that were not updated for a year."""
    records = listing(_old_records())
    return render_template("staff/records_to_review.html", listing=records)


@route("/problems", Access.EDITOR)
def content_problems() -> ViewResponse:
    """List the problems that `kb content check` reports."""
    problems = problem_listing(_content_problems(), services().corpus)
    return render_template("staff/content_problems.html", listing=problems)


@route("/searches", Access.EDITOR)
def zero_result_searches() -> ViewResponse:
    """List the searches without results, the most frequent first."""
    return render_template(
        "staff/zero_result_searches.html",
        listing=listing(_searches()),
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


def _open_messages(limit: int) -> Listing:
    """Return the rows of the messages of visitors that wait, the newest first."""
    waiting = [each for each in contribution_store().all() if each.state.is_open]
    corpus, locale = services().corpus, page_locale()
    rows = contribution_rows(waiting[:limit], corpus, locale)
    return Listing(rows, len(waiting))


def _old_records() -> list[Record]:
    return records_not_updated(services().corpus, services().clock().date())


def _content_problems() -> Sequence[Problem]:
    """Return the problems that `kb content check` prints, errors first."""
    corpus = services().corpus
    documents = services().settings.locations.documents
    misquoted = check_all_quotations(corpus, services().texts, documents)
    key = IdentityKey(corpus)
    warnings = _warnings(key, documents)
    late = _late_editions(services().settings.locations.instance).find(corpus)
    outdated = lag_problems(late, documents)
    judged = judgements().problems
    return errors_first((*corpus.problems, *judged, *misquoted, *warnings, *outdated))


@lru_cache(maxsize=2)
def _warnings(corpus: IdentityKey[Corpus], root: Path) -> tuple[Problem, ...]:
    # Cached because it parses every text: 1 s.
    return tuple(find_warnings(corpus.value, root, shown_root=root.name))


def _late_rows() -> list[LateRecordRow]:
    """Return the records of which one language is behind, the oldest change first."""
    corpus, locale = services().corpus, page_locale()
    late = _late_editions(services().settings.locations.instance).find(corpus)
    drafts = repository().draft_folders
    rows = []
    for record, lags in sorted(late.items(), key=_oldest_lag):
        published = corpus.get(record)
        if published is not None:
            title = published.title_for(locale)
            views = lag_views(record.kind, lags)
            is_draft = drafts.find(record) is not None
            rows.append(LateRecordRow(record, title, views, is_draft))
    return rows


def _oldest_lag(late: tuple[RecordId, tuple[EditionLag, ...]]) -> tuple[dt.date, str]:
    record, lags = late
    return min(each.newer for each in lags), str(record)


@lru_cache(maxsize=2)
def _late_editions(instance: Path) -> LagFinder:
    # Kept: the first search reads the whole history, the others what changed.
    return LagFinder(History(instance))


def _searches() -> tuple[CountedSearch, ...]:
    if not services().settings.counts_unfound:
        return ()
    database = services().database
    return tuple(database.zero_result_searches.most_frequent(limit=MAX_ROWS))
