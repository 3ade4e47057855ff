"""Labels of the values of fields, and of the status of assessments."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from indexer.model.assessments import Answer, AssessmentStatus, Criterion
from indexer.model.ids import Kind
from indexer.model.vocabulary import Tagged
from kb.web import labels
from kb.web.locale import LazyString, lazy_pgettext
from kb.web.locale import lazy_gettext as _l

CRITERIA_SOURCE_URL = (
    "https://eucpn.org/document/towards-evidence-based-crime-prevention-in-the-eu"
)
"""The strategy of the EUCPN that states the minimum criteria (8 December 2021)."""

ASSESSMENT_TITLES: dict[Kind, LazyString] = {
    Kind.PRACTICE: _l("Assessment by the criteria of the EUCPN"),
    Kind.RECOMMENDATION: _l("Assessment: strength and certainty"),
}

CRITERIA_LABELS: dict[Criterion, LazyString] = {
    Criterion.PROBLEM: _l("The crime problem is clearly described"),
    Criterion.MECHANISM: _l("How it acts on the problem, and why it should, is clear"),
    Criterion.EFFECT: _l(
        "A sound evaluation found a positive effect, or theory strongly suggests one"
    ),
    Criterion.INFORMATION: _l(
        "What was done, where and how is described well enough to do it elsewhere"
    ),
    Criterion.STRENGTH: _l("Strength of the recommendation"),
    Criterion.CERTAINTY: _l("Certainty of the evidence"),
}

ANSWERS: dict[Answer, LazyString] = {
    Answer.MET: lazy_pgettext("criterion", "Met"),
    Answer.NOT_MET: lazy_pgettext("criterion", "Not met"),
    Answer.STRONG: lazy_pgettext("strength", "Strong"),
    Answer.CONDITIONAL: lazy_pgettext("strength", "Conditional"),
    Answer.HIGH: lazy_pgettext("certainty", "High"),
    Answer.MODERATE: lazy_pgettext("certainty", "Moderate"),
    Answer.LOW: lazy_pgettext("certainty", "Low"),
    Answer.VERY_LOW: lazy_pgettext("certainty", "Very low"),
    Answer.UNKNOWN: lazy_pgettext("criterion", "Not known"),
}

STATUSES: dict[AssessmentStatus, LazyString] = {
    AssessmentStatus.CURRENT: _l("Assessed"),
    AssessmentStatus.OUTDATED: _l("Assessed before its last change"),
    AssessmentStatus.NONE: _l("Not assessed"),
}


_TAGGED = {
    Tagged.YES: lazy_pgettext("tagged", "yes"),
    Tagged.NO: lazy_pgettext("tagged", "no"),
}
VALUES: Mapping[type[StrEnum], Mapping[Any, LazyString]] = {
    type(next(iter(of_values))): of_values
    for of_values in (
        *(ANSWERS, CRITERIA_LABELS, STATUSES, labels.AUDIENCES),
        *(labels.AVAILABILITY, labels.CONFIDENCE, labels.COVERAGES),
        *(labels.DATE_KINDS, labels.DELIVERABLE_TYPES),
        *(labels.EVENT_TYPES, labels.FAILURES),
        *(labels.EVIDENCE, labels.LANGUAGES, labels.RESULTS, labels.SOURCE_STATUS),
        *(labels.STAGES, labels.WORDINGS, _TAGGED),
        *(labels.AIMS, labels.LEGAL_ROLES, labels.CONCERNS, labels.EXPERIENCES),
        {value: badge.label for value, badge in labels.FIRMNESS.items()},
    )
}
"""The labels of the values to choose from."""

for _values, _labels in VALUES.items():
    if missing := [value for value in _values if value not in _labels]:
        raise LookupError(f"values without a label: {missing}")


def value_label(value: StrEnum) -> str:
    """Return the label of a value in the language of the page."""
    return str(VALUES[type(value)][value])
