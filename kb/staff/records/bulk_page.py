"""Changes of records or drafts, one or several, each confirmed on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import MappingProxyType

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message
from kb.database.model import AuditAction
from kb.judgements.measures import QueryResult
from kb.publishing.published.bulk_changes import (
    BulkAct,
    BulkChange,
    BulkChanges,
    BulkPlan,
)
from kb.publishing.published.trash import RETENTION_DAYS
from kb.services import services
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import record_links, repository
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
from kb.staff.drafts.record_list import DRAFT_LIST, RECORD_LIST
from kb.staff.drafts.record_rows import DRAFT, TRASH
from kb.staff.relevance.judgement_cache import lost_searches
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l

ADDED_THEME = "added-theme"
"""The parameter of the theme to add; `theme` is that of the filter of the list."""


@dataclass(frozen=True, slots=True)
class BulkWords:
    """What a change of several records is called, and how it is logged.

    `verb` is what is done, in a word; `button` says it of the ticked ones, and
    `button_all_the_same` after a warning. The second text of a pair is of one record.
    """

    verb: LazyString
    button: tuple[LazyString, LazyString]
    button_all_the_same: tuple[LazyString, LazyString]
    logged: AuditAction
    title: tuple[LazyString | str, LazyString | str] = ("", "")


BULK_WORDS: dict[BulkAct, BulkWords] = {
    BulkAct.ADD_THEME: BulkWords(
        _l("Add a theme"),
        (_l("Add the theme to the ticked records"), _l("Add a theme")),
        (_l("Add a theme"), _l("Add a theme")),
        AuditAction.THEME_ADDED,
    ),
    BulkAct.WITHDRAW: BulkWords(
        _l("Withdraw"),
        (_l("Withdraw the ticked records"), _l("Withdraw the record")),
        (_l("Withdraw them all the same"), _l("Withdraw it all the same")),
        AuditAction.RECORD_WITHDRAWN,
        (_l("Withdraw these records?"), _l("Withdraw this record?")),
    ),
    BulkAct.DELETE: BulkWords(
        _l("Delete"),
        (_l("Delete the ticked records"), _l("Delete the record")),
        (_l("Delete them all the same"), _l("Delete it all the same")),
        AuditAction.RECORD_DELETED,
        (_l("Delete these records?"), _l("Delete this record?")),
    ),
    BulkAct.DISCARD: BulkWords(
        _l("Delete"),
        (_l("Delete the ticked drafts"), _l("Delete the draft")),
        (_l("Delete"), _l("Delete")),
        AuditAction.DRAFT_DISCARDED,
        (_l("Delete these drafts?"), _l("Delete this draft?")),
    ),
}

NONE_LEFT_OUT: Mapping[RecordId, Message] = MappingProxyType({})
_OF_RECORDS = {BulkAct.ADD_THEME, BulkAct.WITHDRAW, BulkAct.DELETE}


@route("/records/chosen", Access.EDITOR, methods=("POST",))
def change_chosen_records() -> ViewResponse:
    """Lead from the ticked records to the page that says what will happen."""
    back = see_other(RECORD_LIST.url(RECORD_LIST.chosen()))
    act, theme = request.form.get("act", ""), request.form.get("theme", "")
    rows = RECORD_LIST.chosen_parameters(none_text=_("Tick at least one record first."))
    if not rows:
        return back
    if act == "export":
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
    change, rows = _change(act), RECORD_LIST.chosen_rows()
    lost = _lost(change, BulkChanges(repository()).plan(change, rows.records, {}))
    return _confirm_page(change, rows, lost=lost)


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
    if change.act is BulkAct.WITHDRAW and not change.reason and len(chosen) > 1:
        page = _confirm_page(change, ChosenRows(chosen), error=_("Write the reason."))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    versions = seen_versions(chosen, request.form)
    if "searches" not in request.form:
        lost = _lost(change, changes.plan(change, chosen, versions))
        if lost:
            page = _confirm_page(change, ChosenRows(chosen), lost=lost)
            return page, HTTPStatus.CONFLICT
    return _applied(change, changes.apply(change, chosen, versions, actor=actor()))


def _lost(change: BulkChange, plan: BulkPlan) -> Sequence[QueryResult]:
    """Return the judged queries that lose their answer by a withdrawal or deletion."""
    if not change.act.hides or not plan.ready:
        return ()
    return lost_searches(BulkChanges(repository()).preview(change, [*plan.ready]))


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
        case BulkAct.WITHDRAW if len(plan.ready) == 1:
            return draft_url(*plan.ready)
        case BulkAct.WITHDRAW:
            return staff_url("all_records", state=DRAFT)
        case _:
            return staff_url("all_records", state=TRASH, batch=plan.batch)


def _confirm_page(
    change: BulkChange,
    rows: ChosenRows,
    *,
    lost: Sequence[QueryResult] = (),
    error: str = "",
    left_out: Mapping[RecordId, Message] = NONE_LEFT_OUT,
) -> str:
    """Return the page that asks; `left_out` says why records were left out just now."""
    act, words, title = change.act, BULK_WORDS[change.act], record_links().title
    is_of_drafts = act is BulkAct.DISCARD
    plan = BulkChanges(repository()).plan(change, rows.records, {})
    url = partial(_url, is_of_drafts=is_of_drafts)
    is_one = len(rows.records) == 1
    own_url = url(*rows.records) if is_one else ""
    view = BulkView(
        title=_title(change, is_one=is_one),
        verb=str(words.verb),
        verb_ticked=str(words.button[is_one]),
        verb_all_the_same=str(words.button_all_the_same[is_one]),
        action=_action_url(act),
        back_url=rows.list_url or own_url or _list_url(act),
        back_label=_("Drafts") if is_of_drafts else _("Records"),
        ready=tuple(
            ReadyRow(
                record,
                title(record),
                version,
                url(record),
                _sentence(left_out.get(record)) or _other_half_note(act, record),
            )
            for record, version in plan.ready.items()
        ),
        refused=tuple(
            RefusedRow(record, title(record), (_sentence(reason),), url(record))
            for record, reason in plan.refused.items()
        ),
        act=act.value,
        linking=tuple(
            (title(record), staff_url("record_overview", record=record))
            for record in plan.linking
        ),
        lost=lost,
        chosen=rows.text,
        fields={ADDED_THEME: change.theme} if change.theme else {},
        reason=change.reason,
        error=error,
    )
    return render_template("staff/bulk_change.html", view=view, days=RETENTION_DAYS)


def _list_url(act: BulkAct) -> str:
    return staff_url("all_records", state=DRAFT if act is BulkAct.DISCARD else None)


def _sentence(reason: Message | None) -> str:
    return "" if reason is None else as_sentence(reason.text(_))


def _title(change: BulkChange, *, is_one: bool) -> str:
    if change.act is not BulkAct.ADD_THEME:
        return str(BULK_WORDS[change.act].title[is_one])
    theme = services().corpus.get(RecordId(Kind.THEME, change.theme))
    name = theme.title_for(page_locale()).text if theme is not None else change.theme
    return _("Add the theme “%(name)s” to these records?", name=name)


def _action_url(act: BulkAct) -> str:
    if act is BulkAct.DISCARD:
        return staff_url("bulk_discard")
    return staff_url("bulk_change", act=act.value)


def _url(record: RecordId, *, is_of_drafts: bool) -> str:
    """Return the address of a draft or a record; empty if it is gone."""
    has_draft = repository().draft_folders.find(record) is not None
    is_published = repository().state(record) is not None
    if has_draft and (is_of_drafts or not is_published):
        return draft_url(record)
    return staff_url("record_overview", record=record) if is_published else ""


def _other_half_note(act: BulkAct, record: RecordId) -> str:
    """Return what a change does to the draft of a record, or to the published record.

    A change of one leaves the other as it is, except a theme, which is added to the
    draft. The note is empty for a record that is not both.
    """
    has_draft = repository().draft_folders.find(record) is not None
    is_published = repository().state(record) is not None
    match act:
        case BulkAct.DISCARD if is_published:
            return _("The published record stays as visitors see it.")
        case BulkAct.ADD_THEME if has_draft:
            return _("In its draft: visitors see it after publication.")
        case BulkAct.DELETE | BulkAct.WITHDRAW if has_draft:
            return _("Its draft stays.")
        case _:
            return ""
