"""The history: of records, of one change, the log of actions; earlier states."""

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.database.model import AuditAction, AuditEntry
from kb.publishing.errors import PublishingError
from kb.publishing.history.differences import compare_states
from kb.publishing.history.history_entries import ChangeSide, HistoryChange
from kb.services import services
from kb.staff.accounts.account_administration import audit_action, audit_detail
from kb.staff.base.differences_view import ChangeRow, change_row, difference_views
from kb.staff.base.publishing_services import (
    draft_editor,
    publisher,
    record_links,
    repository,
)
from kb.staff.base.requests import MAX_ROW_DIGITS, actor, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import MAX_CHARACTERS, newest_rows, number_before
from kb.staff.drafts.workflow_page import staff_people

ROWS, LOG_ROWS = 30, 100


@route("/history", Access.EDITOR)
def history_list() -> ViewResponse:
    """List the changes of all records, or of one record or draft, newest first."""
    name = request.args.get("record", "")
    record = RecordId.parse(name)
    if name and record is None:
        abort(HTTPStatus.NOT_FOUND)
    with suppress(PublishingError):  # A full disk: the next visit logs them.
        if record is None:
            draft_editor().end_idle_sessions()
        else:
            draft_editor().end_session(record)
    # The first entry of each existing record would fill a dozen pages.
    changes = repository().history.changes(
        record,
        limit=ROWS + 1,
        before=number_before(),
        actor=_person(),
        include_initial=record is not None,
    )
    newest, oldest = newest_rows(changes, ROWS)
    history, corpus = repository().history, services().corpus
    rows = [change_row(change, history, corpus) for change in newest]
    return render_template(
        "staff/history.html",
        rows=rows,
        entries=(),
        record=record,
        title=_record_title(record, rows) if record is not None else "",
        **_list_values("history_list", oldest),
    )


@route("/history/log", Access.ADMIN)
def audit_log() -> ViewResponse:
    """Show the entries of the audit log, newest first."""
    found = services().database.audit.newest(
        limit=LOG_ROWS + 1, before=number_before(), actor=_person()
    )
    entries, oldest = newest_rows(found, LOG_ROWS)
    return render_template(
        "staff/history.html",
        record=None,
        rows=(),
        entries=entries,
        audit_action=audit_action,
        audit_detail=audit_detail,
        **_list_values("audit_log", oldest),
    )


def _person() -> str:
    """Return the e-mail address whose changes an address asks for; empty for all."""
    return request.args.get("person", "")[:MAX_CHARACTERS]


def _list_values(
    endpoint: str, oldest: HistoryChange | AuditEntry | None
) -> dict[str, object]:
    """Return the template variables of a list of the history."""
    parameters = {**request.args.to_dict(), "before": oldest and oldest.number}
    return {
        "endpoint": endpoint,
        "older_url": staff_url(endpoint, **parameters) if oldest else "",
        "person": _person(),
        "people": {person: person for person in (*staff_people(), _person()) if person},
    }


@route("/history/<int:number>", Access.EDITOR)
def history_entry(number: int) -> ViewResponse:
    """Show a change with all its differences."""
    return _entry_page(number)


@route("/history/<int:number>/bring-back", Access.PUBLISHER)
def confirm_restore_state(number: int) -> ViewResponse:
    """Ask for confirmation before an earlier state is restored."""
    return _entry_page(number, _side(request.args.get("side", "")))


@route("/history/<int:number>/bring-back", Access.PUBLISHER, methods=("POST",))
def restore_state(number: int) -> ViewResponse:
    """Publish a record again in the state before or after a change."""
    side = _side(request.form.get("side", ""))
    record = _change(number).entry.record
    publisher().revert(number, side, actor=actor())
    log_action(AuditAction.RECORD_REVERTED, record, detail=f"{number} {side.value}")
    update_index(_("The earlier version has been restored and published."))
    return see_other(staff_url("record_overview", record=record))


@route("/history/<int:number>/bring-back-draft", Access.EDITOR)
def earlier_draft_text(number: int) -> ViewResponse:
    """Redirect to the earlier texts of a draft, at the state of a change."""
    entry = _change(number).entry
    state = entry.state(_side(request.args.get("side", "")))
    if state is None or not entry.is_draft:
        abort(HTTPStatus.NOT_FOUND)
    address = {"change": number, "side": request.args["side"]}
    url = staff_url("earlier_texts", record=entry.record, **address)
    return redirect(url, HTTPStatus.MOVED_PERMANENTLY)


def _change(number: int) -> HistoryChange:
    if len(str(number)) > MAX_ROW_DIGITS:
        abort(HTTPStatus.NOT_FOUND)
    return repository().history.change(number)


def _entry_page(number: int, side: ChangeSide | None = None) -> str:
    """Return the page of a change; `side` is the state to ask about restoring."""
    change, history, corpus = _change(number), repository().history, services().corpus
    entry, kind = change.entry, change.entry.record.kind
    restorable = [
        side
        for side in ChangeSide
        if entry.state(side) is not None
        and (not entry.is_draft or repository().texts(entry.record))
    ]
    if side is not None and (side not in restorable or entry.is_draft):
        abort(HTTPStatus.NOT_FOUND)
    differences = compare_states(kind, history, entry.before, entry.after)
    return render_template(
        "staff/history_entry.html",
        row=change_row(change, history, corpus),
        differences=difference_views(differences, kind, corpus),
        restorable=[restored.value for restored in restorable],
        side=side.value if side is not None else "",
        together=[
            change_row(other, history, corpus)
            for other in history.of_transaction(change.transaction)
            if other.number != number
        ],
    )


def _side(text: str) -> ChangeSide:
    if text not in {side.value for side in ChangeSide}:
        abort(HTTPStatus.BAD_REQUEST)
    return ChangeSide(text)


def _record_title(record: RecordId, rows: Sequence[ChangeRow]) -> str:
    """Return the title of a record or draft; of an absent one, that of its changes."""
    is_draft = repository().draft_folders.find(record) is not None
    if is_draft or services().corpus.get(record) is not None:
        return record_links().title(record).text
    if not rows:
        abort(HTTPStatus.NOT_FOUND)
    return rows[0].title
