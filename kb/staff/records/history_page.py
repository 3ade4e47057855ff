"""The history of all records, of one, of a change; earlier states brought back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _

from kb.database.model import AuditAction
from kb.publishing.history.history_entries import HistoryChange
from kb.publishing.published.publisher import RecordVersions
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.differences_view import (
    ChangePage,
    ChangeRow,
    change_page,
    change_row,
)
from kb.staff.base.publishing_services import publisher, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.drafts.edit_page import RECORD, actor, record_id
from kb.staff.drafts.publish_page import follow

CHANGES = 30
MAX_NUMBER_DIGITS = 15


@route("/history", Access.EDITOR)
def history_list() -> ViewResponse:
    """Show all changes, the newest first."""
    # What was there when the history began would fill its first twelve pages.
    changes = repository().history.changes(
        limit=CHANGES + 1, before=_before(), is_beginning_told=False
    )
    return render_template(
        "staff/history.html", rows=_rows(changes), older=_older(changes), of=None
    )


@route(f"/records/{RECORD}/history", Access.EDITOR)
def record_history(folder: str, slug: str) -> ViewResponse:
    """Show the changes of one record, the newest first."""
    record = record_id(folder, slug)
    changes = repository().history.changes(record, limit=CHANGES + 1, before=_before())
    rows = _rows(changes)
    if not rows and services().corpus.get(record) is None:
        abort(404)
    return render_template(
        "staff/history.html", rows=rows, older=_older(changes), of=record
    )


@route("/history/<int:number>", Access.EDITOR)
def history_entry(number: int) -> ViewResponse:
    """Show a change in full."""
    return render_template("staff/change.html", view=_page(number), side="")


@route("/history/<int:number>/bring-back", Access.PUBLISHER)
def confirm_restore_state(number: int) -> ViewResponse:
    """Say what will happen when an earlier state is brought back."""
    side = _side(request.args.get("side", ""))
    view = _page(number)
    if not (view.has_before if side is RecordVersions.BEFORE else view.has_after):
        abort(404)
    return render_template("staff/change.html", view=view, side=side.value)


@route("/history/<int:number>/bring-back", Access.PUBLISHER, methods=("POST",))
def restore_state(number: int) -> ViewResponse:
    """Bring an earlier state back."""
    side = _side(request.form.get("side", ""))
    _known(number)
    record = repository().history.change(number).entry.record
    publisher().bring_back(number, side, who=actor())
    log_action(AuditAction.RECORD_BROUGHT_BACK, record, detail=f"{number} {side.value}")
    follow(_("The earlier state is back, and visible."))
    return redirect(
        staff_url("record_overview", folder=record.kind.folder, slug=record.slug), 303
    )


def _page(number: int) -> ChangePage:
    _known(number)
    here = repository().history
    return change_page(here.change(number), here, services().corpus)


def _known(number: int) -> None:
    if len(str(number)) > MAX_NUMBER_DIGITS:
        abort(404)  # SQLite holds no such number


def _side(text: str) -> RecordVersions:
    if text not in {side.value for side in RecordVersions}:
        abort(400)
    return RecordVersions(text)


def _before() -> int:
    text = request.args.get("before", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_NUMBER_DIGITS):
        abort(400)
    return int(text)


def _rows(changes: Sequence[HistoryChange]) -> list[ChangeRow]:
    here, corpus = repository().history, services().corpus
    return [change_row(each, here, corpus) for each in changes[:CHANGES]]


def _older(changes: Sequence[HistoryChange]) -> int | None:
    return changes[CHANGES - 1].number if len(changes) > CHANGES else None
