"""Tests of signed assessments in `record.yaml`."""

import pytest

from indexer.corpus.assessment_fields import assessed_text_digest
from indexer.extraction.indexed_records import indexed_record
from indexer.model.assessments import Answer, AssessmentStatus, Criterion
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import ProblemCode
from indexer.model.records import Practice, Recommendation
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
ADVICE = RecordId(Kind.RECOMMENDATION, "rec-01")
LAMPS_FILE = f"{LAMPS}/record.yaml"

SIGNED = """\
assessed: 2026-11-25
assessor_fr: "chargée de prévention"
assessor_en: "prevention officer"
"""
CRITERIA = """\
assessment:
  - {criterion: problem, answer: met, fr: "Décrit.", en: "Described."}
  - {criterion: information, answer: not-met, fr: "Trop court.", en: "Too short."}
  - {criterion: mechanism, answer: unknown, fr: "Rien.", en: "Nothing."}
  - {criterion: effect, answer: unknown, fr: "Rien.", en: "Nothing."}
"""
SCALES = """\
assessment:
  - {criterion: strength, answer: conditional, fr: "Une source.", en: "One source."}
  - {criterion: certainty, answer: very-low, fr: "Un avis.", en: "One view."}
"""


def add(workspace: Workspace, text: str, name: str = LAMPS_FILE) -> None:
    """Append fields to a record."""
    path = workspace.path(name)
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def practice(workspace: Workspace) -> Practice:
    """Return the practice of the small corpus."""
    record = workspace.corpus().records[LAMPS]
    assert isinstance(record, Practice)
    return record


def sign(workspace: Workspace) -> None:
    """Add an assessment of the present text of the practice."""
    digest = assessed_text_digest(practice(workspace))
    add(workspace, f"{SIGNED}assessed_text: {digest}\n{CRITERIA}")


def test_an_assessment_has_its_answers_in_the_order_of_the_criteria(
    workspace: Workspace,
) -> None:
    """Readers find the same question at the same place on every page."""
    sign(workspace)

    assessment = practice(workspace).assessment

    assert assessment is not None
    assert assessment.assessors[Locale.FR] == "chargée de prévention"
    assert [(each.criterion, each.answer) for each in assessment.judgements] == [
        (Criterion.PROBLEM, Answer.MET),
        (Criterion.MECHANISM, Answer.UNKNOWN),
        (Criterion.EFFECT, Answer.UNKNOWN),
        (Criterion.INFORMATION, Answer.NOT_MET),
    ]
    assert assessment.judgements[3].reasons[Locale.EN] == "Too short."
    assert assessment.status is AssessmentStatus.CURRENT


def test_a_recommendation_is_assessed_by_strength_and_certainty(
    workspace: Workspace,
) -> None:
    """The criteria of practices are not those of recommendations."""
    add(workspace, SIGNED + SCALES, f"{ADVICE}/record.yaml")

    record = workspace.corpus().records[ADVICE]

    assert isinstance(record, Recommendation)
    assert record.assessment is not None
    assert [each.answer for each in record.assessment.judgements] == [
        Answer.CONDITIONAL,
        Answer.VERY_LOW,
    ]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fr.md", "Les habitants évitaient", "Des habitants évitaient"),
        ("en.md", "Two city officers", "Three city officers"),
        ("en.md", "Motion sensors", "Sensors"),
        ("en.md", "lamps replaced", "lamps bought"),
        ("record.yaml", "result: not-measured", "result: mixed"),
    ],
)
def test_a_later_edit_makes_an_assessment_outdated(
    workspace: Workspace, name: str, old: str, new: str
) -> None:
    """A reader must not take it for a judgement of the present text."""
    sign(workspace)

    workspace.replace(f"{LAMPS}/{name}", old, new)

    assert practice(workspace).assessment_status is AssessmentStatus.OUTDATED


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fr.md", "(events/w9)", "(events/w1)"),
        ("fr.md", "L’accessibilité", "L'accessibilité"),
        ("en.md", "Residents avoided", "Residents  avoided"),
        ("record.yaml", "updated: 2020-02-03", "updated: 2026-11-27"),
        ("record.yaml", "places: [villeneuve]", "places: []"),
    ],
)
def test_a_change_of_links_or_spaces_leaves_an_assessment_current(
    workspace: Workspace, name: str, old: str, new: str
) -> None:
    """A link that follows a merged record says nothing else."""
    sign(workspace)

    workspace.replace(f"{LAMPS}/{name}", old, new)

    assert practice(workspace).assessment_status is AssessmentStatus.CURRENT


def test_an_assessment_without_a_digest_is_compared_by_its_day(
    workspace: Workspace,
) -> None:
    """Nobody computes a digest by hand."""
    add(workspace, SIGNED + CRITERIA)
    current = practice(workspace).assessment_status

    workspace.replace(LAMPS_FILE, "updated: 2020-02-03", "updated: 2026-11-26")

    assert current is AssessmentStatus.CURRENT
    assert practice(workspace).assessment_status is AssessmentStatus.OUTDATED


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (SIGNED, [ProblemCode.MISSING_CRITERION] * 4),
        (SIGNED + SCALES, [ProblemCode.UNKNOWN_VALUE] * 2),
        (CRITERIA, [ProblemCode.MISSING_FIELD] * 3),
        (
            SIGNED + CRITERIA + CRITERIA.split("\n")[1] + "\n",
            [ProblemCode.REPEATED_CRITERION],
        ),
        (
            SIGNED + CRITERIA.replace("answer: met", "answer: high"),
            [ProblemCode.UNKNOWN_VALUE],
        ),
        (
            SIGNED + CRITERIA.replace(', en: "Described."', ""),
            [ProblemCode.MISSING_FIELD],
        ),
    ],
)
def test_an_incomplete_assessment_is_reported(
    workspace: Workspace, text: str, codes: list[ProblemCode]
) -> None:
    """Half an assessment would be shown as a whole one."""
    add(workspace, text)

    found = [each.code for each in workspace.corpus().problems]

    assert [each for each in found if each in codes] == codes


def test_the_facet_has_the_state_of_the_assessment(workspace: Workspace) -> None:
    """Other kinds have no value: they cannot be assessed."""
    sign(workspace)
    corpus = workspace.corpus()

    values = {
        record.id: indexed_record(record, {}, corpus.gazetteer, "").facets.get(
            FacetName.ASSESSED
        )
        for record in corpus.records.values()
    }

    assert values[LAMPS] == ("current",)
    assert values[ADVICE] == ("none",)
    assert values[RecordId(Kind.EVENT, "w9")] is None
