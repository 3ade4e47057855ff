"""The view model of a signed assessment on the page of a record."""

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.assessments import Answer, Assessment, Judgement
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Practice, Recommendation
from kb.web.date_text import date_text
from kb.web.value_labels import (
    ANSWERS,
    ASSESSMENT_TITLES,
    CRITERIA_LABELS,
    CRITERIA_SOURCE_URL,
    STATUSES,
)

_MARKS = {Answer.MET: "met", Answer.NOT_MET: "not", Answer.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """A criterion with its answer and reason; `mark` is the CSS class of the answer."""

    criterion: str
    answer: str
    reason: str
    mark: str


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """A signed assessment.

    `note` says that the record was changed after it; `link` leads to it.
    """

    title: str
    rows: tuple[JudgementRow, ...]
    signature: str
    note: str
    link: str
    source_url: str


def assessment_view(record: Record, locale: Locale) -> AssessmentView | None:
    """Return the assessment of a record; None when it is not assessed."""
    if not isinstance(record, Practice | Recommendation) or record.assessment is None:
        return None
    assessment = record.assessment
    is_practice = record.id.kind is Kind.PRACTICE
    return AssessmentView(
        title=str(ASSESSMENT_TITLES[record.id.kind]),
        rows=tuple(_row(judgement, locale) for judgement in assessment.judgements),
        signature=_signature(assessment, locale),
        note=_("The record was changed after it was assessed.")
        if assessment.is_outdated
        else "",
        link=_("%(state)s: see the assessment", state=STATUSES[assessment.status]),
        source_url=CRITERIA_SOURCE_URL if is_practice else "",
    )


def _row(judgement: Judgement, locale: Locale) -> JudgementRow:
    return JudgementRow(
        criterion=str(CRITERIA_LABELS[judgement.criterion]),
        answer=str(ANSWERS[judgement.answer]),
        reason=judgement.reasons[locale],
        mark=_MARKS.get(judgement.answer, "scale"),
    )


def _signature(assessment: Assessment, locale: Locale) -> str:
    day = assessment.date
    return _(
        "Signed by: %(role)s, on %(date)s",
        role=assessment.assessors[locale],
        date=date_text(PartialDate.of(day), locale),
    )
