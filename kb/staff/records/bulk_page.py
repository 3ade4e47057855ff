"""Changes of several ticked records or drafts, each confirmed on one page; exports."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message
from kb.judgements.measures import QueryResult
from kb.open_data.search_export import SearchFormat, records_file
from kb.publishing.published.bulk_changes import (
    BulkAct,
    BulkChange,
    BulkChanges,
    BulkPlan,
)
from kb.services import services
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import actor, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.ticked_lists import (
    MAX_REASON,
    BulkView,
    ChosenRows,
    ReadyRow,
    RefusedRow,
    chosen_records,
    seen_versions,
)
from kb.staff.drafts.draft_list import DRAFT_LIST
from kb.staff.records.bulk_view import ADDED_THEME, BULK_WORDS, bulk_view, known_title
from kb.staff.records.record_list import RECORD_LIST
from kb.staff.relevance.judgement_cache import lost_searches
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l

EXPORT = "export"
FORMATS: dict[SearchFormat, LazyString] = {
    SearchFormat.XLSX: _l("Spreadsheet (XLSX)"),
    SearchFormat.CSV: _l("Table (CSV)"),
    SearchFormat.JSON_LINES: _l("For programs (JSON Lines)"),
    SearchFormat.BIBTEX: _l("References (BibTeX)"),
    SearchFormat.RIS: _l("References (RIS)"),
    SearchFormat.CSL_JSON: _l("References (CSL-JSON)"),
}
_OF_RECORDS = {BulkAct.ADD_THEME, BulkAct.WITHDRAW, BulkAct.DELETE}


@route("/records/chosen", Access.EDITOR, methods=("POST",))
def change_chosen_records() -> ViewResponse:
    """Lead from the ticked records to the page that says what will happen."""
    back = see_other(RECORD_LIST.url(RECORD_LIST.chosen()))
    act, theme = request.form.get("act", ""), request.form.get("theme", "")
    rows = RECORD_LIST.chosen_parameters(none_text=_("Tick at least one record first."))
    if not rows:
        return back
    if act == EXPORT:
        return see_other(staff_url("confirm_export", **rows))
    if act not in _OF_RECORDS:
        abort(HTTPStatus.BAD_REQUEST)
    if act == BulkAct.ADD_THEME and not theme:
        flash(_("Choose the theme to add first."), "bad")
        return back
    extra = {ADDED_THEME: theme} if act == BulkAct.ADD_THEME else {}
    return see_other(staff_url("confirm_bulk_change", act=act, **rows, **extra))


@route("/records/chosen/<act>", Access.PUBLISHER)
def confirm_bulk_change(act: str) -> ViewResponse:
    """Show what will happen to which of the ticked records, and why not to others."""
    return _confirm_page(_change(act), RECORD_LIST.chosen_rows())


@route("/records/chosen/<act>", Access.PUBLISHER, methods=("POST",))
def bulk_change(act: str) -> ViewResponse:
    """Add a theme to the ticked records, withdraw them or delete them."""
    return _apply(_change(act))


@route("/drafts/delete", Access.EDITOR)
def confirm_bulk_discard() -> ViewResponse:
    """Show which of the ticked drafts will be deleted, and why others will not."""
    return _confirm_page(BulkChange(BulkAct.DISCARD), DRAFT_LIST.chosen_rows())


@route("/drafts/delete", Access.EDITOR, methods=("POST",))
def bulk_discard() -> ViewResponse:
    """Move the ticked drafts to the trash."""
    return _apply(BulkChange(BulkAct.DISCARD))


@route("/records/export", Access.EDITOR)
def confirm_export() -> ViewResponse:
    """Show which of the ticked records a file will have, and ask for its format."""
    return render_template(
        "staff/bulk_change.html", view=_export_view(RECORD_LIST.chosen_rows())
    )


@route("/records/export", Access.EDITOR, methods=("POST",))
def export_records() -> Response | ViewResponse:
    """Send the ticked published records as a file."""
    corpus, name = services().corpus, request.form.get("format", "")
    if name not in set(SearchFormat):
        abort(HTTPStatus.BAD_REQUEST)
    chosen = chosen_records(request.form.getlist("d"))
    records = [record for record in map(corpus.get, chosen) if record is not None]
    if not records:
        flash(_("Tick at least one record first."), "bad")
        return see_other(staff_url("all_records"))
    return records_file(records, SearchFormat(name))


def _change(name: str) -> BulkChange:
    """Return the change that a form or an address asks for."""
    if name not in _OF_RECORDS:
        abort(HTTPStatus.NOT_FOUND)
    act, theme = BulkAct(name), request.values.get(ADDED_THEME, "")
    reason = " ".join(request.form.get("reason", "").split())[:MAX_REASON]
    is_known = services().corpus.get(RecordId(Kind.THEME, theme)) is not None
    if act is BulkAct.ADD_THEME and not is_known:
        abort(HTTPStatus.BAD_REQUEST)
    return BulkChange(
        act,
        theme if act is BulkAct.ADD_THEME else "",
        reason if act is BulkAct.WITHDRAW else "",
    )


def _apply(change: BulkChange) -> ViewResponse:
    chosen = chosen_records(request.form.getlist("d"))
    changes = BulkChanges(repository())
    if not chosen:
        flash(_("Tick at least one record first."), "bad")
        listed = chosen_records(request.form.getlist("shown"))
        page = _confirm_page(change, ChosenRows(listed))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if change.act is BulkAct.WITHDRAW and not change.reason:
        page = _confirm_page(change, ChosenRows(chosen), error=_("Write the reason."))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    versions = seen_versions(chosen, request.form)
    if change.act.hides and "searches" not in request.form:
        ready = changes.plan(change, chosen, versions).ready
        lost = lost_searches(changes.preview(change, ready)) if ready else ()
        if lost:
            page = _confirm_page(change, ChosenRows(chosen), lost=lost)
            return page, HTTPStatus.CONFLICT
    return _applied(change, changes.apply(change, chosen, versions, actor=actor()))


def _applied(change: BulkChange, plan: BulkPlan) -> ViewResponse:
    """Log a change, flash a message, and return the page of what was left out."""
    for record in plan.ready:
        log_action(
            BULK_WORDS[change.act].logged, record, detail=change.reason or change.theme
        )
    if plan.ready:
        text = _changed_text(change.act, len(plan.ready))
        if change.act is BulkAct.DISCARD:
            flash(text)
        else:
            update_index(text)
    if plan.refused:
        rows = ChosenRows(tuple(plan.refused))
        page = _confirm_page(change, rows, left_out=plan.refused)
        return page, HTTPStatus.CONFLICT
    return see_other(_next_url(change, plan))


def _changed_text(act: BulkAct, count: int) -> str:
    match act:
        case BulkAct.ADD_THEME:
            return ngettext(
                "%(num)s record has the theme now.",
                "%(num)s records have the theme now.",
                count,
            )
        case BulkAct.WITHDRAW:
            return ngettext(
                "%(num)s record is withdrawn. It is now among the drafts.",
                "%(num)s records are withdrawn. They are now among the drafts.",
                count,
            )
        case BulkAct.DELETE:
            return ngettext(
                "%(num)s record is set aside. It can be restored.",
                "%(num)s records are set aside. They can be restored.",
                count,
            )
        case BulkAct.DISCARD:
            return ngettext(
                "%(num)s draft is set aside. It can be restored.",
                "%(num)s drafts are set aside. They can be restored.",
                count,
            )


def _next_url(change: BulkChange, plan: BulkPlan) -> str:
    match change.act:
        case BulkAct.ADD_THEME:
            return staff_url("all_records", theme=change.theme)
        case BulkAct.WITHDRAW:
            return staff_url("draft_list")
        case _:
            return staff_url("trash_list", batch=plan.batch)


def _confirm_page(
    change: BulkChange,
    rows: ChosenRows,
    *,
    lost: Sequence[QueryResult] = (),
    error: str = "",
    left_out: Mapping[RecordId, Message] | None = None,
) -> str:
    view = bulk_view(
        change,
        BulkChanges(repository()).plan(change, rows.records, {}),
        repository(),
        services().corpus,
        left_out,
    )
    view = replace(
        view,
        chosen=rows.text,
        back_url=rows.list_url or view.back_url,
        lost=lost,
        error=error,
    )
    return render_template("staff/bulk_change.html", view=view)


def _export_view(rows: ChosenRows) -> BulkView:
    corpus, chosen = services().corpus, rows.records
    published = {name: record for name in chosen if (record := corpus.get(name))}
    return BulkView(
        title=_("Export these records?"),
        verb=_("Export"),
        verb_ticked=_("Download the file"),
        action=staff_url("export_records"),
        back_url=rows.list_url or staff_url("all_records"),
        back_label=_("Records"),
        ready=tuple(
            ReadyRow(
                name,
                record.title_for(page_locale()),
                "",
                staff_url("record_overview", record=name),
            )
            for name, record in published.items()
        ),
        refused=tuple(
            RefusedRow(
                name,
                known_title(name, repository(), corpus),
                (_("A file has only what visitors see: it is not published."),),
                "",
            )
            for name in chosen
            if name not in published
        ),
        effects=(
            _("The file has their facts and summaries, in the language of this page."),
        ),
        formats={name.value: str(label) for name, label in FORMATS.items()},
        chosen=rows.text,
    )
