"""Loads records and the trash, for the pages that show them."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.model.ids import RecordId
from kb.publishing.changes.record_changes import texts_in
from kb.publishing.errors import NotFoundError
from kb.publishing.history.history_entries import HistoryChange
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.publishing_services import draft_editor, repository, trash
from kb.staff.dashboard.dashboard_view import Listing
from kb.staff.records.staff_record_view import (
    CHANGES_SHOWN,
    RecordSources,
    StaffRecordPage,
    staff_record_page,
    trash_row,
)
from kb.web.page_content import page_content


def load_record(record: RecordId) -> StaffRecordPage | None:
    """Return the page of a published record, a draft or an unreadable record.

    Returns:
        None when there is no such record.
    """
    corpus = services().corpus
    state = repository().state(record)
    has_draft = repository().draft_folders.find(record) is not None
    changes = repository().history.changes(record, limit=CHANGES_SHOWN + 1)
    sources = RecordSources(
        record,
        draft=draft_editor().load(record) if has_draft else None,
        texts=texts_in(repository().record_folder(record))
        if state is not None
        else None,
        changes=changes,
        last_readable=_last_readable(changes) if corpus.get(record) is None else None,
    )
    return staff_record_page(sources, page_content(), repository().history)


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
    rows = [
        trash_row(each, texts_in(trash().record_folder(each)), corpus)
        for each in records[:limit]
    ]
    return Listing(rows, len(records))


def _last_readable(changes: Sequence[HistoryChange]) -> tuple[int, str] | None:
    """Return the newest earlier state that a form can show, as (change, side)."""
    for change in changes:
        record = change.entry.record
        current = repository().state(record)
        if current is None or change.entry.is_draft:
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
