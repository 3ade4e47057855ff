"""Labels of the values that fields of records may have."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from indexer.model.assessments import Answer, AssessmentStatus, Criterion
from indexer.model.ids import Locale
from indexer.model.vocabulary import (
    Audience,
    Availability,
    Confidence,
    Coverage,
    DeliverableType,
    EventType,
    EvidenceKind,
    Failure,
    Firmness,
    PracticeResult,
    SourceStatus,
    Stage,
    Tagged,
    Wording,
)
from kb.web.assessment_labels import ANSWERS, CRITERIA_LABELS, STATUSES
from kb.web.labels import (
    AUDIENCES,
    AVAILABILITY,
    CONFIDENCE,
    COVERAGES,
    DELIVERABLE_TYPES,
    EVENT_TYPES,
    EVIDENCE,
    FAILURES,
    FIRMNESS,
    LANGUAGES,
    RESULTS,
    SOURCE_STATUS,
    STAGES,
    WORDINGS,
)
from kb.web.locale import LazyString, lazy_pgettext

VALUES: Mapping[type[StrEnum], Mapping[Any, LazyString]] = {
    Answer: ANSWERS,
    AssessmentStatus: STATUSES,
    Audience: AUDIENCES,
    Availability: AVAILABILITY,
    Confidence: CONFIDENCE,
    Coverage: COVERAGES,
    Criterion: CRITERIA_LABELS,
    DeliverableType: DELIVERABLE_TYPES,
    EventType: EVENT_TYPES,
    EvidenceKind: EVIDENCE,
    Failure: FAILURES,
    Firmness: {value: badge.label for value, badge in FIRMNESS.items()},
    Locale: LANGUAGES,
    PracticeResult: RESULTS,
    SourceStatus: SOURCE_STATUS,
    Stage: STAGES,
    Tagged: {
        Tagged.YES: lazy_pgettext("tagged", "yes"),
        Tagged.NO: lazy_pgettext("tagged", "no"),
    },
    Wording: WORDINGS,
}
"""The labels of the values to choose from."""


def value_label(value: StrEnum) -> str:
    """Return the label of a value in the language of the page."""
    return str(VALUES[type(value)][value])
