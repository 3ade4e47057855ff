"""Delete, restore and merge records; each asks first."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.errors import NotThereError
from kb.publishing.published.trash import KEPT_DAYS
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.autocomplete import known_names
from kb.staff.base.publishing_services import remover, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.drafts.edit_page import INVALID, RECORD, actor, record_id
from kb.staff.drafts.publish_page import follow, published_page
from kb.staff.records.staff_record_view import aside_listing, record_page
from kb.web.locale import page_locale

MAX_ASIDE = 200


@route(f"/records/{RECORD}/delete", Access.PUBLISHER)
def confirm_delete(folder: str, slug: str) -> ViewResponse:
    """Say what will happen when a record is deleted."""
    record = record_id(folder, slug)
    view = record_page(record, services().corpus, repository())
    if view is None or not view.is_in_content:
        raise NotThereError(record)
    return render_template("staff/delete.html", view=view, days=KEPT_DAYS)


@route(f"/records/{RECORD}/delete", Access.PUBLISHER, methods=("POST",))
def delete_record(folder: str, slug: str) -> ViewResponse:
    """Put a record aside."""
    record = record_id(folder, slug)
    remover().delete(record, who=actor())
    log_action(AuditAction.RECORD_DELETED, record)
    follow(_("The record is put aside. Here it can be restored."))
    return redirect(staff_url("trash_list"), 303)


@route("/put-aside", Access.EDITOR)
def trash_list() -> ViewResponse:
    """List what was deleted and can be restored."""
    listing = aside_listing(remover(), services().corpus, limit=MAX_ASIDE)
    return render_template("staff/put_aside.html", listing=listing, days=KEPT_DAYS)


@route("/put-aside/<work>/restore", Access.PUBLISHER, methods=("POST",))
def restore_record(work: str) -> ViewResponse:
    """Bring back what was deleted, with the links to it."""
    if not any(each.transaction == work for each in remover().all()):
        raise NotThereError(work)
    record = remover().restore(work, who=actor())
    log_action(AuditAction.RECORD_RESTORED, record)
    follow(_("The record is restored, with the links to it."))
    return redirect(
        staff_url("record_overview", folder=record.kind.folder, slug=record.slug), 303
    )


@route(f"/records/{RECORD}/merge", Access.PUBLISHER)
def confirm_merge(folder: str, slug: str) -> ViewResponse:
    """Ask which record a duplicate is merged into, and say what will happen."""
    return _merge_page(folder, slug)


@route(f"/records/{RECORD}/merge", Access.PUBLISHER, methods=("POST",))
def merge_record(folder: str, slug: str) -> ViewResponse:
    """Merge a duplicate into another record."""
    duplicate = record_id(folder, slug)
    kept = _meant(duplicate, request.form.get("into", ""))
    if kept is None or services().corpus.get(kept) is None or kept == duplicate:
        return _merge_page(folder, slug, is_refused=True), INVALID
    remover().merge(kept, duplicate, who=actor())
    log_action(AuditAction.RECORD_MERGED, duplicate, detail=str(kept))
    follow(_("The two records are one. The duplicate is put aside."))
    return redirect(staff_url("record_overview", folder=folder, slug=kept.slug), 303)


def _merge_page(folder: str, slug: str, *, is_refused: bool = False) -> str:
    view = published_page(folder, slug)
    duplicate = record_id(folder, slug)
    names = known_names(services().corpus, duplicate.kind.value, page_locale())
    typed = request.values.get("into", "")
    kept = _meant(duplicate, typed) if typed else None
    there = services().corpus.get(kept) if kept is not None else None
    is_ready = there is not None and kept != duplicate
    return render_template(
        "staff/merge.html",
        view=view,
        names=[text for key, text in names.shown.items() if key != slug],
        typed=typed,
        into=there.edition(page_locale()).title if there and is_ready else "",
        is_refused=is_refused or bool(typed and not is_ready),
        days=KEPT_DAYS,
    )


def _meant(duplicate: RecordId, typed: str) -> RecordId | None:
    names = known_names(services().corpus, duplicate.kind.value, page_locale())
    return RecordId.parse(f"{duplicate.kind.folder}/{names.meant(typed)}")
