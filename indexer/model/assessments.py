"""Signed assessments of practices and recommendations.

A practice is assessed by the four minimum criteria of the evidence-based strategy of
the European Crime Prevention Network (EUCPN), adopted on 8 December 2021. A
recommendation is assessed by its strength and by the certainty of the evidence for it,
the two scales of the GRADE Working Group.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Kind, Locale


class Criterion(StrEnum):
    """What an assessment answers."""

    PROBLEM = "problem"
    MECHANISM = "mechanism"
    EFFECT = "effect"
    INFORMATION = "information"
    STRENGTH = "strength"
    CERTAINTY = "certainty"


class Answer(StrEnum):
    """The answer to a criterion."""

    MET = "met"
    NOT_MET = "not-met"
    STRONG = "strong"
    CONDITIONAL = "conditional"
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very-low"
    UNKNOWN = "unknown"


class AssessmentStatus(StrEnum):
    """Whether a record is assessed: the values of the facet `assessed`."""

    CURRENT = "current"
    OUTDATED = "outdated"
    NONE = "none"


_MINIMUM = (Answer.MET, Answer.NOT_MET, Answer.UNKNOWN)

CRITERIA: Mapping[Kind, Mapping[Criterion, tuple[Answer, ...]]] = {
    Kind.PRACTICE: {
        Criterion.PROBLEM: _MINIMUM,
        Criterion.MECHANISM: _MINIMUM,
        Criterion.EFFECT: _MINIMUM,
        Criterion.INFORMATION: _MINIMUM,
    },
    Kind.RECOMMENDATION: {
        Criterion.STRENGTH: (Answer.STRONG, Answer.CONDITIONAL, Answer.UNKNOWN),
        Criterion.CERTAINTY: (
            Answer.HIGH,
            Answer.MODERATE,
            Answer.LOW,
            Answer.VERY_LOW,
            Answer.UNKNOWN,
        ),
    },
}
"""The kinds that can be assessed: their criteria, and the answers to each."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to one criterion, and its reason in each language.

    `sources` are the addresses that a proposed answer rests on; none are signed.
    """

    criterion: Criterion
    answer: Answer
    reasons: Mapping[Locale, str]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """A signed assessment of a record.

    `assessors` is the role of the person who signed, in each language. `text_digest`
    identifies the text that was assessed, and is empty if that is unknown.
    `is_outdated`: the record was changed after it was assessed.
    """

    date: dt.date
    assessors: Mapping[Locale, str]
    judgements: tuple[Judgement, ...]
    text_digest: str = ""
    is_outdated: bool = False

    @property
    def status(self) -> AssessmentStatus:
        """Whether the assessment is that of the present text."""
        return (
            AssessmentStatus.OUTDATED if self.is_outdated else AssessmentStatus.CURRENT
        )
