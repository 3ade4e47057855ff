"""Loads the overview of a record, and the trash."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.assessments import AssessmentStatus
from indexer.model.ids import RecordId
from indexer.model.records import Deliverable, Record, Title
from kb.publishing.changes.repository import texts_in
from kb.publishing.changes.trashed_records import TrashedRecord
from kb.publishing.errors import NotFoundError
from kb.publishing.history.edition_lags import open_lags
from kb.publishing.history.history_entries import HistoryChange
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.differences_view import ChangeRow, change_row
from kb.staff.base.lag_view import LateRecordRow, lag_views
from kb.staff.base.links import title_in_texts
from kb.staff.base.publishing_services import draft_editor, repository, trash
from kb.staff.dashboard.dashboard_view import (
    Listing,
    ProblemRow,
    problem_row,
    record_with_problem,
)
from kb.staff.records.staff_record_view import RecordStatus, StaffRow, staff_rows
from kb.web.assessment_labels import STATUSES
from kb.web.locale import page_locale

CHANGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StaffRecordPage:
    """A record with its status and its last changes.

    `problems` are why a record in the content is unreadable, and `last_readable` its
    last readable state: the number of a change, and the side before or after it. With
    `is_outdated`, visitors see an earlier state of the record.
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
    late: LateRecordRow

    @property
    def can_be_assessed(self) -> bool:
        """Whether the published record can be read and is of a kind with criteria."""
        return self.assessment is not None

    @property
    def is_assessed(self) -> bool:
        """Whether somebody signed an assessment."""
        return self.assessment not in {None, AssessmentStatus.NONE}

    @property
    def assessment_label(self) -> str:
        """The state of the assessment."""
        return str(STATUSES[self.assessment]) if self.assessment is not None else ""


@dataclass(frozen=True, slots=True)
class TrashRow:
    """A record in the trash; `merged_into` is the title of the record it went into."""

    trashed: TrashedRecord
    title: Title
    merged_into: str


def load_record(record: RecordId) -> StaffRecordPage | None:
    """Return the page of a published record, a draft or an unreadable record.

    Returns:
        None when there is no such record.
    """
    corpus, history = services().corpus, repository().history
    has_draft = repository().draft_folders.find(record) is not None
    drafts = [draft_editor().load(record)] if has_draft else []
    rows = staff_rows(corpus, drafts)
    row = next((each for each in rows if each.record == record), None)
    if row is None:
        return None
    is_in_content = repository().state(record) is not None
    if row.status is RecordStatus.UNREADABLE and is_in_content:
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
            change_row(each, history, corpus) for each in changes[:CHANGES_SHOWN]
        ),
        has_more_changes=len(changes) > CHANGES_SHOWN,
        files=tuple(each.name for each in files),
        problems=tuple(
            problem_row(each, corpus)
            for each in problems
            if record_with_problem(each) == record
        ),
        last_readable=_last_readable(public) if published is None else None,
        is_outdated=record in corpus.outdated,
        assessment=None if published is None else published.assessment_status,
        late=_late_editions(row, published),
    )


def _late_editions(row: StaffRow, published: Record | None) -> LateRecordRow:
    """Return the editions that are behind, those of a draft if there is one."""
    lags = draft_editor().lags(row.record) if published is not None else ()
    if published is not None:
        lags = open_lags(published, lags)
    views = lag_views(row.record.kind, lags)
    return LateRecordRow(row.record, row.title, views, row.has_draft)


def load_published_record(record: RecordId) -> StaffRecordPage:
    """Return the page of a published record.

    Raises:
        NotFoundError: The record is not published.
    """
    view = load_record(record)
    if view is None or not view.row.is_published:
        raise NotFoundError(record)
    return view


def load_trash(limit: int) -> Listing:
    """Return the newest records in the trash."""
    corpus, records = services().corpus, trash().all()
    return Listing([_trash_row(each, corpus) for each in records[:limit]], len(records))


def _trash_row(trashed: TrashedRecord, corpus: Corpus) -> TrashRow:
    record, target = trashed.record, trashed.merged_into
    published = corpus.get(target) if target is not None else None
    merged_into = target.slug if target is not None else ""
    if published is not None:
        merged_into = published.title_for(page_locale()).text
    texts = texts_in(trash().record_folder(trashed))
    title = title_in_texts(record, texts, trashed.title or record.slug)
    return TrashRow(trashed, title, merged_into)


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
