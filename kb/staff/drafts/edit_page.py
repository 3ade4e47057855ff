"""The form of a draft: shown, saved, renamed."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from indexer.model.ids import Kind, RecordId
from kb.database.model import AuditAction
from kb.publishing.drafts.draft import Draft, DraftState
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import (
    AlreadyExistsError,
    BusyError,
    InvalidChangeError,
    NotFoundError,
    PublishingError,
    WriteFailedError,
)
from kb.publishing.history.differences import compare_texts
from kb.publishing.imports.draft_corrections import learn_from_draft
from kb.publishing.records.form_values import FormValues, write_values
from kb.services import services
from kb.staff.base.labels import hour_text
from kb.staff.base.lag_view import confirmation_of
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import (
    actor,
    error_sentence,
    json_error,
    log_action,
    wants_json,
)
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.contributions.contributed_drafts import follow_renamed
from kb.staff.drafts.earlier_texts import earlier_controls, undo_field
from kb.staff.drafts.edit_view import (
    NO_EDITS,
    DraftEdits,
    DraftPage,
    field_terms,
    load_draft_page,
)
from kb.staff.drafts.form_parser import SubmittedForm, merge_field
from kb.staff.drafts.found_fields import ReviewAct
from kb.staff.drafts.need_choices import NEEDS_ANCHOR, need_choices, perform_need_act
from kb.staff.drafts.translation_help import (
    control_of_act,
    perform_act,
    store_confirmation,
)
from kb.staff.drafts.workflow_page import (
    flash_state,
    mail_state,
    set_draft_state,
    staff_people,
)
from kb.web.locale import page_locale


def check_answer(view: DraftPage) -> dict[str, object]:
    """Return what the script shows of the check of a saved draft.

    `summary` and `publish` are the HTML of the parts of the page, and `lacks` is a
    sentence. `behind` maps the ids of texts to the HTML of the changes that they do not
    have of the other language. `counts` and `problems` are what the contents and the
    folded groups say of sections and groups. `errors` maps the ids of wrong fields to
    their texts, and `invalid` are the ids of wrong lines and rows. `earlier` are the
    fields that have an earlier text.
    """
    fields, sections = list(view.form.fields), view.form.sections
    lines = [line for field in fields for line in field.lines]
    rows = [row for field in fields for row in field.rows]
    return {
        "summary": render_template("staff/draft_check.html", view=view),
        "publish": render_template("staff/draft_publish.html", view=view),
        "lacks": view.lacks,
        "behind": {
            field.id: render_template("staff/draft_notes.html", field=field)
            for field in fields
            if field.behind
        },
        "counts": {
            **{section.name: section.count_text for section in sections},
            **{
                section.group_id(number): group.count_text
                for section in sections
                for number, group in enumerate(section.groups, 1)
            },
        },
        "problems": {section.name: section.problems for section in sections},
        "earlier": sorted(earlier_controls(view.record)),
        "errors": {field.id: field.error for field in fields if field.error},
        "invalid": [
            *(line.id for line in lines if line.error),
            *(row.id for row in rows if row.error),
        ],
    }


_ADD_ROW, _REMOVE_ROW, _USE_THEIRS = "add:", "remove:", "theirs:"
_BEGIN_AGAIN = "begin-again"


@route("/drafts/<record:record>", Access.EDITOR)
def edit_draft(record: RecordId) -> ViewResponse:
    """Show the form of a draft; redirect to the record once the draft is published."""
    try:
        draft = draft_editor().load(record)
    except NotFoundError:
        if services().corpus.get(record) is not None:
            return redirect(staff_url("record_overview", record=record))
        abort(HTTPStatus.NOT_FOUND)
    return _page(draft, DraftEdits(longer_list=request.args.get("more", "")))


@route("/drafts/<record:record>", Access.EDITOR, methods=("POST",))
def save_draft(record: RecordId) -> ViewResponse:
    """Save the submitted form, however incomplete."""
    texts: Mapping[str, str] = {}
    act = request.form.get("act", "")
    try:
        base = _base_draft(record)
        texts = _submitted_texts(record, base, act)
        if base is not None and act.startswith(_USE_THEIRS):
            return _page_with_their_field(base, texts, act.removeprefix(_USE_THEIRS))
        version = request.form.get("version", "")
        if base is not None and act == _BEGIN_AGAIN and not base.notes.saved_at:
            version = base.version  # this request began the draft: nobody saved it yet
        saved = draft_editor().save(record, texts, version=version, actor=actor())
        learn_from_draft(
            saved, services().settings.locations, services().database.cover_corrections
        )
    except DraftConflictError as error:
        return conflict_response(error, texts)
    except NotFoundError:
        if wants_json():
            message = _("This draft no longer exists.")
            return json_error(message, "gone", HTTPStatus.GONE)
        return _gone_page(record)
    except (WriteFailedError, BusyError) as error:
        return _not_saved_response(record, texts, error)
    if wants_json():
        message = _("Saved at %(time)s", time=hour_text(repository().clock()))
        check = check_answer(load_draft_page(saved))
        return {"version": saved.version, "message": message, "check": check}
    return _redirect_after_save(act, saved)


@route("/drafts/<record:record>/name", Access.EDITOR, methods=("POST",))
def rename_draft(record: RecordId) -> ViewResponse:
    """Change the slug of a draft that was never published."""
    new_slug = " ".join(request.form.get("name", "").split()).lower()
    try:
        renamed = draft_editor().rename(record, new_slug, actor()).record
    except (InvalidChangeError, AlreadyExistsError) as error:
        flash(error_sentence(error), "bad")
        return see_other(draft_url(record))
    follow_renamed(record, renamed)
    log_action(AuditAction.DRAFT_RENAMED, renamed, detail=record.slug)
    flash(_("The record will have this name in its address."))
    return see_other(draft_url(renamed))


def _base_draft(record: RecordId) -> Draft | None:
    """Return the draft to save over; begin a new one for the button that asks so."""
    try:
        return draft_editor().load(record)
    except NotFoundError:
        if request.form.get("act") != _BEGIN_AGAIN:
            return None
    return draft_editor().begin(record, actor())


def _submitted_texts(
    record: RecordId, base: Draft | None, act: str
) -> Mapping[str, str]:
    """Parse the form; fields that it does not have keep the value of the draft."""
    review_act = ReviewAct.of(act)
    fields = request.form if review_act is None else review_act.fields(request.form)
    form = SubmittedForm(record.kind, fields, services().corpus, page_locale())
    removed_row = act.removeprefix(_REMOVE_ROW) if act.startswith(_REMOVE_ROW) else ""
    texts = form.raw(base.texts if base is not None else {})
    values = form.values(texts, without=removed_row)
    texts = form.checked(write_values(record.kind, values, texts))
    return _with_update_day(record.kind, texts)


def _with_update_day(kind: Kind, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with today as the day of a record that has none."""
    facts = {}
    if "updated:" not in texts.get("record.yaml", ""):
        facts["updated"] = str(repository().clock().date())
    return write_values(kind, FormValues(facts), texts)


def _page(draft: Draft, edits: DraftEdits = NO_EDITS, *, error: str = "") -> str:
    view = load_draft_page(draft, edits=edits)
    people = dict.fromkeys((*staff_people(), draft.notes.assigned_to))
    return render_template(
        "staff/draft.html",
        view=view,
        error=error,
        notes=draft.notes,
        people=[person for person in people if person],
        earlier=earlier_controls(draft.record),
        needs=need_choices(draft, services().corpus),
        terms=field_terms(view.form.fields, draft.record, services().corpus),
    )


def _page_with_their_field(
    theirs: Draft, mine: Mapping[str, str], selector: str
) -> ViewResponse:
    """Copy one field of the saved version into the form; nothing is saved yet."""
    kind = theirs.record.kind
    texts = merge_field(kind, mine, theirs.texts, selector)
    differences = compare_texts(kind, theirs.texts, texts)
    edits = DraftEdits(texts, conflict=theirs, differences=differences)
    return _page(theirs, edits), HTTPStatus.CONFLICT


def conflict_response(
    error: DraftConflictError, texts: Mapping[str, str]
) -> ViewResponse:
    """Return the form with `texts`, which are not saved, and the version of another."""
    if wants_json():
        return json_error(error.message.text(_), "conflict", HTTPStatus.CONFLICT)
    edits = DraftEdits(texts, conflict=error.theirs, differences=error.differences)
    return _page(error.theirs, edits), HTTPStatus.CONFLICT


def _not_saved_response(
    record: RecordId, texts: Mapping[str, str], error: PublishingError
) -> ViewResponse:
    """Return the form with the submitted texts, which are stored nowhere."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if wants_json():
        return json_error(error_sentence(error), "unwritable", status)
    try:
        draft = draft_editor().load(record)
    except NotFoundError:
        return _gone_page(record, is_text_stored=False)
    # With the version of the form, the next save still detects a conflict.
    draft = replace(draft, version=request.form.get("version", ""))
    return _page(draft, DraftEdits(texts), error=error_sentence(error)), status


def _gone_page(record: RecordId, *, is_text_stored: bool = True) -> ViewResponse:
    page = render_template(
        "staff/draft_gone.html",
        record=record,
        fields=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in {"csrf_token", "act", "version"}
        ],
        is_published=services().corpus.get(record) is not None,
        is_text_stored=is_text_stored,
    )
    return page, HTTPStatus.GONE


def _redirect_after_save(act: str, saved: Draft) -> Response:
    """Redirect to where the pressed button leads; mark a draft that is ready."""
    review_act = ReviewAct.of(act)
    if review_act is not None:
        return see_other(review_act.store())
    if endpoint := {"preview": "preview_draft", "publish": "confirm_publish"}.get(act):
        return see_other(staff_url(endpoint, record=saved.record))
    if act == "ready":
        set_draft_state(saved.record, DraftState.READY)
        flash_state(DraftState.READY)
        mail_state([saved.record], DraftState.READY)
        return see_other(draft_url(saved.record))
    anchor = control_of_act(saved, act)
    confirmation = confirmation_of(act)
    if confirmation is not None:
        store_confirmation(saved.record, confirmation)
        return see_other(draft_url(saved.record, _anchor=anchor))
    if perform_need_act(saved.record, act, request.form.get("chosen-need", "")):
        return see_other(draft_url(saved.record, _anchor=NEEDS_ANCHOR))
    if undo_field(saved, act) or perform_act(saved, act):
        return see_other(draft_url(saved.record, _anchor=anchor))
    if act.startswith(_ADD_ROW):
        name = act.removeprefix(_ADD_ROW)
        return see_other(draft_url(saved.record, more=name, _anchor=name))
    flash(_("Saved."))
    return see_other(draft_url(saved.record))
