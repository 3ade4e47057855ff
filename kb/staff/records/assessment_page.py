"""The form of a signed assessment, and the pages that sign and withdraw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import flash, render_template, request
from flask_babel import gettext as _
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from indexer.corpus.assessment_fields import PROPOSAL_FILE, read_proposals
from indexer.files import FileStamp, file_stamp
from indexer.model.assessments import (
    CRITERIA,
    Answer,
    Assessment,
    AssessmentStatus,
    Criterion,
    Judgement,
)
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem
from indexer.model.records import Practice, Recommendation
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError
from kb.publishing.published.assessor import (
    AssessedTextChangedError,
    Assessor,
    SignedAnswers,
)
from kb.services import services
from kb.staff.base.forms import StaffForm
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import actor, error_sentence, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.web.locale import page_locale
from kb.web.value_labels import ANSWERS, CRITERIA_LABELS, CRITERIA_SOURCE_URL

MAX_REASON = 600
MAX_ROLE = 120


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposed answers that nobody has signed, and the problems of their file."""

    of: Mapping[RecordId, tuple[Judgement, ...]]
    problems: tuple[Problem, ...] = ()


def proposals() -> Proposals:
    """Return the proposed answers for records that are not assessed."""
    root, records = services().settings.locations.documents, services().corpus.records
    try:
        stamp = file_stamp((root / PROPOSAL_FILE).stat())
    except OSError:
        return Proposals({})
    found = _read_proposals(root, stamp, frozenset(records))
    unsigned = {
        record: answers
        for record, answers in found.of.items()
        if records[record].assessment_status is AssessmentStatus.NONE
    }
    return Proposals(unsigned, found.problems)


@lru_cache(maxsize=1)
def _read_proposals(
    root: Path, _stamp: FileStamp, known: frozenset[RecordId]
) -> Proposals:
    problems: list[Problem] = []
    return Proposals(read_proposals(root, known, problems), tuple(problems))


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion of the form: its answers, and its reason in each language."""

    criterion: Criterion
    label: str
    answer: Field
    reasons: tuple[Field, ...]


class AssessmentForm(StaffForm):
    """Sign an assessment; `form_for` adds the fields of the criteria of a kind."""

    version = HiddenField()

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in the order of the criteria."""
        return tuple(
            Question(
                criterion,
                str(CRITERIA_LABELS[criterion]),
                self[f"answer-{criterion}"],
                tuple(self[f"{locale}-{criterion}"] for locale in Locale),
            )
            for criterion in Criterion
            if f"answer-{criterion}" in self
        )

    @property
    def roles(self) -> tuple[Field, ...]:
        """The fields of the assessor's role, in each language."""
        return tuple(self[f"assessor_{locale}"] for locale in Locale)

    @property
    def signed(self) -> SignedAnswers:
        """The answers of a valid form."""
        return SignedAnswers(
            assessors={
                locale: _one_line(self[f"assessor_{locale}"]) for locale in Locale
            },
            judgements=tuple(
                Judgement(
                    criterion,
                    Answer(self[f"answer-{criterion}"].data),
                    {
                        locale: _one_line(self[f"{locale}-{criterion}"])
                        for locale in Locale
                    },
                )
                for criterion in Criterion
                if f"answer-{criterion}" in self
            ),
        )


def form_for(
    kind: Kind, assessment: Assessment | None, proposed: Sequence[Judgement] = ()
) -> AssessmentForm:
    """Return the form for a kind of record, filled in with earlier or proposed answers.

    An earlier assessment goes before a proposal.
    """
    fields: dict[str, Field] = {}
    for number, (criterion, answers) in enumerate(CRITERIA[kind].items(), start=1):
        fields[f"answer-{criterion}"] = RadioField(
            str(CRITERIA_LABELS[criterion]),
            [InputRequired(_("Choose an answer."))],
            choices=[SelectChoice(answer.value, ANSWERS[answer]) for answer in answers],
        )
        labels = {
            Locale.FR: _("Reason %(number)s, in French", number=number),
            Locale.EN: _("Reason %(number)s, in English", number=number),
        }
        for locale, label in labels.items():
            fields[f"{locale}-{criterion}"] = TextAreaField(
                label, [DataRequired(_("Fill this in.")), _at_most(MAX_REASON)]
            )
    roles = {
        Locale.FR: _("Your role, in French"),
        Locale.EN: _("Your role, in English"),
    }
    for locale, label in roles.items():
        fields[f"assessor_{locale}"] = StringField(
            label, [DataRequired(_("Fill this in.")), _at_most(MAX_ROLE)]
        )
    form_class = type("KindAssessmentForm", (AssessmentForm,), fields)
    form: AssessmentForm = form_class(data=_values(assessment, proposed))
    return form


def _at_most(most: int) -> Length:
    return Length(max=most, message=_("Write %(most)s characters at most.", most=most))


def _values(
    assessment: Assessment | None, proposed: Sequence[Judgement]
) -> Mapping[str, str]:
    roles = {} if assessment is None else assessment.assessors
    values = {f"assessor_{locale}": role for locale, role in roles.items()}
    for judgement in proposed if assessment is None else assessment.judgements:
        values[f"answer-{judgement.criterion}"] = judgement.answer.value
        for locale, reason in judgement.reasons.items():
            values[f"{locale}-{judgement.criterion}"] = reason
    return values


def _one_line(field: Field) -> str:
    return " ".join(field.data.split())


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
        Assessor(repository()).sign(
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
        Assessor(repository()).withdraw(record, version=version, actor=actor())
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
    return form_for(record.kind, published.assessment, proposals().of.get(record, ()))


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
        proposed={
            judgement.criterion: judgement.sources
            for judgement in proposals().of.get(record, ())
        },
        form=form,
        criteria_url=CRITERIA_SOURCE_URL if record.kind is Kind.PRACTICE else "",
    )
