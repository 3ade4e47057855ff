"""The names of the criteria, the answers and the states of signed assessments."""

from indexer.model.assessments import Answer, AssessmentStatus, Criterion
from indexer.model.ids import Kind
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
