"""The pages that sign and withdraw the assessment of a published record."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Practice, Recommendation
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError
from kb.publishing.published.assessor import AssessedTextChangedError
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.index_updates import update_index
from kb.staff.base.publishing_services import assessor, repository
from kb.staff.base.requests import actor, error_sentence
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.records.assessment_form import AssessmentForm, form_for
from kb.web.assessment_labels import CRITERIA_SOURCE_URL
from kb.web.locale import page_locale


@route("/records/<record:record>/assessment", Access.PUBLISHER)
def edit_assessment(record: RecordId) -> ViewResponse:
    """Show the form of the assessment of a record, beside a link to its page."""
    form = _form(record)
    form.version.data = _version(record)
    return _page(record, form)


@route("/records/<record:record>/assessment", Access.PUBLISHER, methods=("POST",))
def sign_assessment(record: RecordId) -> ViewResponse:
    """Sign the assessment of a record."""
    form = _form(record)
    if not form.validate():
        return _page(record, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        assessor().sign(
            record, form.signed, version=form.version.data or "", actor=actor()
        )
    except AssessedTextChangedError as error:
        form.form_errors.append(error_sentence(error))
        form.version.data = _version(record)
        return _page(record, form), HTTPStatus.CONFLICT
    log_action(AuditAction.RECORD_ASSESSED, record)
    update_index(_("The assessment is signed and visible."))
    return see_other(staff_url("record_overview", record=record))


@route("/records/<record:record>/assessment/withdraw", Access.PUBLISHER)
def confirm_withdraw_assessment(record: RecordId) -> ViewResponse:
    """Ask for confirmation before an assessment is withdrawn."""
    published = _assessable(record)
    if published.assessment is None:
        raise NotFoundError(record)
    return render_template(
        "staff/withdraw_assessment.html",
        record=record,
        title=published.title_for(page_locale()),
        version=_version(record),
    )


@route(
    "/records/<record:record>/assessment/withdraw", Access.PUBLISHER, methods=("POST",)
)
def withdraw_assessment(record: RecordId) -> ViewResponse:
    """Withdraw the assessment of a record."""
    version = request.form.get("version", "")
    try:
        assessor().withdraw(record, version=version, actor=actor())
    except AssessedTextChangedError as error:
        flash(error_sentence(error), "bad")
        return see_other(staff_url("confirm_withdraw_assessment", record=record))
    log_action(AuditAction.ASSESSMENT_WITHDRAWN, record)
    update_index(_("The assessment has been withdrawn."))
    return see_other(staff_url("record_overview", record=record))


def _assessable(record: RecordId) -> Practice | Recommendation:
    published = services().corpus.get(record)
    if not isinstance(published, Practice | Recommendation):
        raise NotFoundError(record)
    return published


def _form(record: RecordId) -> AssessmentForm:
    published = _assessable(record)
    return form_for(record.kind, published.assessment)


def _version(record: RecordId) -> str:
    state = repository().state(record)
    if state is None:
        raise NotFoundError(record)
    return state.digest


def _page(record: RecordId, form: AssessmentForm) -> str:
    published = _assessable(record)
    return render_template(
        "staff/assessment.html",
        record=record,
        title=published.title_for(page_locale()),
        assessment=published.assessment,
        form=form,
        criteria_url=CRITERIA_SOURCE_URL if record.kind is Kind.PRACTICE else "",
    )
