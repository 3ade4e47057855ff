"""The form of a signed assessment: a question for each criterion of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from indexer.model.assessments import (
    CRITERIA,
    Answer,
    Assessment,
    Criterion,
    Judgement,
)
from indexer.model.ids import Kind, Locale
from kb.publishing.published.assessor import SignedAnswers
from kb.staff.base.forms import StaffForm
from kb.web.assessment_labels import ANSWERS, CRITERIA_LABELS

MAX_REASON = 600
MAX_ROLE = 120


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion of the form: its answers, and its reason in each language."""

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
                str(CRITERIA_LABELS[each]),
                self[f"answer-{each}"],
                tuple(self[f"{locale}-{each}"] for locale in Locale),
            )
            for each in Criterion
            if f"answer-{each}" in self
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
                    each,
                    Answer(self[f"answer-{each}"].data),
                    {locale: _one_line(self[f"{locale}-{each}"]) for locale in Locale},
                )
                for each in Criterion
                if f"answer-{each}" in self
            ),
        )


def form_for(kind: Kind, assessment: Assessment | None) -> AssessmentForm:
    """Return the form for a kind of record, filled in with an earlier assessment."""
    fields: dict[str, Field] = {}
    for number, (criterion, answers) in enumerate(CRITERIA[kind].items(), start=1):
        fields[f"answer-{criterion}"] = RadioField(
            str(CRITERIA_LABELS[criterion]),
            [InputRequired(_("Choose an answer."))],
            choices=[SelectChoice(each.value, ANSWERS[each]) for each in answers],
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
    form: AssessmentForm = form_class(data=_values(assessment))
    return form


def _at_most(most: int) -> Length:
    return Length(max=most, message=_("Write %(most)s characters at most.", most=most))


def _values(assessment: Assessment | None) -> Mapping[str, str]:
    if assessment is None:
        return {}
    values = {
        f"assessor_{locale}": role for locale, role in assessment.assessors.items()
    }
    for each in assessment.judgements:
        values[f"answer-{each.criterion}"] = each.answer.value
        for locale, reason in each.reasons.items():
            values[f"{locale}-{each.criterion}"] = reason
    return values


def _one_line(field: Field) -> str:
    return " ".join(field.data.split())
