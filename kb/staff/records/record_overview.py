"""The overview of a record or draft: its status, its last changes, what can be done."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, flash, render_template
from flask_babel import gettext as _

from indexer.model.assessments import AssessmentStatus
from indexer.model.ids import RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable
from kb.database.model import AuditAction
from kb.publishing.changes.repository import texts_in
from kb.publishing.errors import NotFoundError
from kb.publishing.history.edition_lags import open_lags
from kb.publishing.history.history_entries import HistoryChange
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.differences_view import ChangeRow, change_row
from kb.staff.base.lag_view import RecordBehind, lag_views
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.problem_messages import ProblemRow, problem_row, record_with_problem
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.drafts.record_rows import RecordStatus, StaffRow, staff_row
from kb.staff.records.assessment_page import proposals
from kb.web.value_labels import STATUSES

CHANGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StaffRecordPage:
    """A record with its status and its last changes.

    `problems` are why a record in the content is unreadable, and `last_readable` its
    last readable state: the number of a change, and the side before or after it. With
    `is_outdated`, visitors see an earlier state of the record. `assessment` is None for
    a record that cannot be assessed; with `has_proposal`, its answers are proposed.
    """

    row: StaffRow
    is_in_content: bool
    changes: tuple[ChangeRow, ...]
    has_more_changes: bool
    files: tuple[str, ...]
    problems: tuple[ProblemRow, ...]
    last_readable: tuple[int, str] | None
    is_outdated: bool
    assessment: AssessmentStatus | None
    has_proposal: bool
    behind: RecordBehind


@route("/records/<record:record>", Access.EDITOR)
def record_overview(record: RecordId) -> ViewResponse:
    """Show the status of a record, and the changes that can be made to it."""
    view = load_record(record)
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template(
        "staff/record.html", view=view, row=view.row, statuses=STATUSES
    )


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


def load_record(record: RecordId) -> StaffRecordPage | None:
    """Return the page of a published record, a draft or an unreadable record.

    Returns:
        None when there is no such record.
    """
    corpus, history = services().corpus, repository().history
    has_draft = repository().draft_folders.find(record) is not None
    draft = draft_editor().load(record) if has_draft else None
    row = staff_row(record, corpus, draft)
    if row is None:
        return None
    is_in_content = repository().state(record) is not None
    if row.state is RecordStatus.UNREADABLE and is_in_content:
        # One file may be readable although the other is not.
        texts = texts_in(repository().record_folder(record))
        row = dataclasses.replace(row, title=title_in_texts(record, texts))
    changes = history.changes(record, limit=CHANGES_SHOWN + 1)
    public = history.changes(record, limit=CHANGES_SHOWN + 1, include_drafts=False)
    published = None if record in corpus.outdated else corpus.get(record)
    files = published.files if isinstance(published, Deliverable) else ()
    problems = corpus.problems if published is None else ()
    return StaffRecordPage(
        row=row,
        is_in_content=is_in_content,
        changes=tuple(
            change_row(change, history, corpus) for change in changes[:CHANGES_SHOWN]
        ),
        has_more_changes=len(changes) > CHANGES_SHOWN,
        files=tuple(file.name for file in files),
        problems=tuple(
            problem_row(problem, corpus)
            for problem in problems
            if record_with_problem(problem) == record
        ),
        last_readable=_last_readable(public) if published is None else None,
        is_outdated=record in corpus.outdated,
        assessment=None if published is None else published.assessment_status,
        has_proposal=record in proposals().of,
        behind=_behind(row, published),
    )


def _behind(row: StaffRow, published: Record | None) -> RecordBehind:
    """Return the editions that are behind, those of a draft if there is one."""
    lags = draft_editor().lags(row.record) if published is not None else ()
    if published is not None:
        lags = open_lags(published, lags)
    views = lag_views(row.record.kind, lags)
    return RecordBehind(row.record, row.title, views, row.has_draft)


def load_published_record(record: RecordId) -> StaffRecordPage:
    """Return the page of a published record.

    Raises:
        NotFoundError: The record is not published.
    """
    view = load_record(record)
    if view is None or not view.row.is_published:
        raise NotFoundError(record)
    return view


def _last_readable(changes: Sequence[HistoryChange]) -> tuple[int, str] | None:
    """Return the newest earlier state that a form can show, as (change, side)."""
    for change in changes:
        record = change.entry.record
        current = repository().state(record)
        if current is None:
            continue
        for side, state in (
            ("after", change.entry.after),
            ("before", change.entry.before),
        ):
            if state is None or state == current:
                continue
            texts = repository().history.texts(state)
            if not read_values(record.kind, texts).raw:
                return change.number, side
    return None
