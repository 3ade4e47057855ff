"""What was deleted is restored; two records are merged."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.database.model import AuditAction, Role
from kb.judgements.measures import QueryResult
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.published.trash import RETENTION_DAYS, Trash, merge_preview
from kb.services import services
from kb.staff.base.autocomplete import KnownNames, known_names
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import actor, error_sentence, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.session import current_session
from kb.staff.drafts.record_rows import DRAFT, TRASH
from kb.staff.records.record_overview import load_published_record
from kb.staff.relevance.judgement_cache import lost_searches
from kb.web.locale import page_locale


@route("/put-aside/batches/<batch>/restore", Access.EDITOR, methods=("POST",))
def restore_batch(batch: str) -> ViewResponse:
    """Restore all that was deleted together: drafts, or for publishers records."""
    deleted = Trash(repository()).of_batch(batch)
    role = current_session().account.role
    if not all(trashed.is_draft for trashed in deleted) and not role.includes(
        Role.PUBLISHER
    ):
        abort(HTTPStatus.FORBIDDEN)
    try:
        restored = Trash(repository()).restore_batch(batch, actor=actor())
    except (AlreadyExistsError, InvalidChangeError) as error:
        flash(error_sentence(error), "bad")
        return see_other(staff_url("all_records", state=TRASH))
    are_drafts = all(trashed.is_draft for trashed in deleted)
    action = AuditAction.DRAFT_RESTORED if are_drafts else AuditAction.RECORD_RESTORED
    for record in restored:
        log_action(action, record)
    if are_drafts:
        flash(_("The drafts have been restored."))
        return see_other(staff_url("all_records", state=DRAFT))
    update_index(_("The records have been restored, with the links to them."))
    return see_other(staff_url("all_records"))


@route("/put-aside/<transaction>/restore", Access.PUBLISHER, methods=("POST",))
def restore_record(transaction: str) -> ViewResponse:
    """Restore a deleted record, with the links to it."""
    if not any(
        trashed.transaction == transaction for trashed in Trash(repository()).all()
    ):
        raise NotFoundError(transaction)
    record = Trash(repository()).restore(transaction, actor=actor())
    log_action(AuditAction.RECORD_RESTORED, record)
    update_index(_("The record has been restored, with the links to it."))
    return see_other(staff_url("record_overview", record=record))


@route("/put-aside/<transaction>/restore-draft", Access.EDITOR, methods=("POST",))
def restore_draft(transaction: str) -> ViewResponse:
    """Restore a discarded draft, under another id if its own is used now."""
    try:
        record = Trash(repository()).restore_draft(transaction, actor=actor())
    except InvalidChangeError as error:
        flash(error_sentence(error), "bad")
        return see_other(staff_url("all_records", state=TRASH))
    log_action(AuditAction.DRAFT_RESTORED, record)
    flash(_("The draft has been restored: %(name)s", name=record))
    return see_other(draft_url(record))


@route("/records/<record:record>/merge", Access.PUBLISHER)
def confirm_merge(record: RecordId) -> ViewResponse:
    """Ask for the record to merge a duplicate into, then for confirmation."""
    target = _merge_target(record, request.args.get("into", ""))
    lost: Sequence[QueryResult] = ()
    if target is not None:
        future = merge_preview(repository(), target, record)
        lost = lost_searches(future, {record: target})
    return _merge_page(record, lost=lost)


@route("/records/<record:record>/merge", Access.PUBLISHER, methods=("POST",))
def merge_record(record: RecordId) -> ViewResponse:
    """Merge a duplicate into another record."""
    duplicate = record
    target = _merge_target(duplicate, request.form.get("into", ""))
    if target is None:
        page = _merge_page(duplicate, is_rejected=True)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if "searches" not in request.form:
        future = merge_preview(repository(), target, duplicate)
        if lost := lost_searches(future, {duplicate: target}):
            return _merge_page(duplicate, lost=lost), HTTPStatus.CONFLICT
    Trash(repository()).merge(target, duplicate, actor=actor())
    log_action(AuditAction.RECORD_MERGED, duplicate, detail=str(target))
    update_index(
        _("The two records have been merged. The duplicate has been set aside.")
    )
    return see_other(staff_url("record_overview", record=target))


def _merge_page(
    duplicate: RecordId,
    *,
    is_rejected: bool = False,
    lost: Sequence[QueryResult] = (),
) -> str:
    view = load_published_record(duplicate)
    typed = request.values.get("into", "")
    target = _merge_target(duplicate, typed) if typed else None
    record = services().corpus.get(target) if target is not None else None
    labels = _names(duplicate).labels.items()
    return render_template(
        "staff/merge.html",
        view=view,
        names=[label for slug, label in labels if slug != duplicate.slug],
        typed=typed,
        into=record.title_for(page_locale()).text if record is not None else "",
        is_rejected=is_rejected or bool(typed and record is None),
        days=RETENTION_DAYS,
        lost=lost,
    )


def _merge_target(duplicate: RecordId, typed: str) -> RecordId | None:
    """Return the published record that was typed, if it is not the duplicate."""
    slug = _names(duplicate).resolve(typed)
    target = RecordId.parse(f"{duplicate.kind.folder}/{slug}")
    if target is None or target == duplicate or services().corpus.get(target) is None:
        return None
    return target


def _names(record: RecordId) -> KnownNames:
    return known_names(services().corpus, record.kind.value, page_locale())
