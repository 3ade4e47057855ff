"""The dashboard: what awaits a member of staff, and the first rows of each list."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from indexer.model.judged_queries import JudgedQuery
from kb.contributions.routes import contribution_store
from kb.database.model import Account, CountedSearch, Role
from kb.publishing.drafts.draft import Draft, DraftState
from kb.publishing.published.trash import RETENTION_DAYS, Trash
from kb.services import services
from kb.staff.base.links import title_in_texts
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session
from kb.staff.base.staff_list import MAX_ROWS, Listing
from kb.staff.contributions.contribution_inbox import contribution_rows
from kb.staff.dashboard.work_lists import WORK_LISTS, WorkList
from kb.staff.drafts.draft_rows import is_with
from kb.staff.drafts.record_rows import DRAFT, draft_listing
from kb.staff.relevance.judgement_cache import judged_run, judgements, run_note
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

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
        return staff_url("all_records", state=DRAFT)
    newest = max(own, key=lambda draft: draft.notes.saved_at)
    return staff_url("edit_draft", record=newest.record)


MAX_TITLES = 3
ROWS_ON_DASHBOARD = 5


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
    return tuple(row for row in _rows(drafts, account) if row.count)


def _rows(drafts: Sequence[Draft], account: Account) -> Iterator[TodoRow]:
    by_state = {
        state: sorted(
            (draft for draft in drafts if draft.notes.state is state),
            key=lambda draft: draft.notes.saved_at,
        )
        for state in DraftState
    }
    person = account.email
    if account.role.includes(Role.PUBLISHER):
        ready = by_state[DraftState.READY]
        url = staff_url("all_records", state=DraftState.READY.value)
        yield _row(ready, _("Drafts to review"), _("Review"), url)
    mine = [
        draft for draft in by_state[DraftState.CHANGES_WANTED] if is_with(draft, person)
    ]
    url = staff_url("all_records", state=DraftState.CHANGES_WANTED.value, person=person)
    yield _row(mine, _("Drafts sent back to you"), _("Correct"), url)
    assigned = [
        draft
        for draft in by_state[DraftState.IN_PROGRESS]
        if draft.notes.assigned_to == person
    ]
    url = staff_url("all_records", state=DraftState.IN_PROGRESS.value, person=person)
    yield _row(assigned, _("Drafts assigned to you"), _("Continue"), url)


def _row(drafts: Sequence[Draft], title: str, verb: str, url: str) -> TodoRow:
    titles = [title_in_texts(draft.record, draft.texts).text for draft in drafts]
    detail = " ; ".join(titles[:MAX_TITLES])
    more = "…" if len(titles) > MAX_TITLES else ""
    return TodoRow(len(drafts), title, f"{detail}{more}", verb, url)


def _searches() -> tuple[CountedSearch, ...]:
    if not services().settings.counts_unfound:
        return ()
    database = services().database
    return tuple(database.zero_result_searches.most_frequent(limit=MAX_ROWS))


def _no_searches() -> LazyString:
    if services().settings.counts_unfound:
        return _l("None in the last ninety days.")
    return _l("They are not counted: the setting KB_UNFOUND_SEARCHES is off.")


def _lost_searches() -> tuple[JudgedQuery, ...]:
    """Return the judged queries whose answer left the first page and is absent."""
    lost = {*judged_run().lost}
    return tuple(judged for judged in judgements().queries if judged.id in lost)


def _no_lost_searches() -> LazyString | str:
    note = run_note()
    if note is not None:
        return note
    return _l("None: each judged search has on its first page the answer that it had.")


SEARCH_LISTS = (
    WorkList(
        "unfound",
        _l("Searches that found nothing"),
        _no_searches,
        "",
        _searches,
        page="relevance_desk",
    ),
    WorkList(
        "lost",
        _l("Searches that lost their answer"),
        _no_lost_searches,
        "",
        _lost_searches,
        page="relevance_desk",
    ),
)
"""What the dashboard says of the searches; the page of searches lists them."""


@route("/", Access.EDITOR)
def dashboard() -> ViewResponse:
    """Show the first rows of each list of work to do."""
    limit, account = ROWS_ON_DASHBOARD, current_session().account
    settings, drafts = services().settings, draft_editor().all()
    return render_template(
        "staff/dashboard.html",
        missing_values=settings.missing_values if account.role is Role.ADMIN else (),
        failed_sign_ins=services().database.failed_sign_ins.take(account),
        todo=todo_rows(drafts, account),
        drafts=draft_listing(services().corpus, drafts, limit=limit),
        work=[(work, work.count) for work in (*WORK_LISTS, *SEARCH_LISTS)],
        deleted_count=len(Trash(repository()).all()),
        has_replaced_texts=services().engine.has_replaced_texts,
        waiting=_open_messages(limit),
        is_new=is_new(account, services().clock()),
    )


def _open_messages(limit: int) -> Listing:
    """Return the rows of the messages of visitors that wait, the newest first."""
    waiting = [sent for sent in contribution_store().all() if sent.state.is_open]
    return Listing(contribution_rows(waiting[:limit]), len(waiting))
