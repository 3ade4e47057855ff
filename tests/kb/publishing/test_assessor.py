"""Tests of signing and withdrawing assessments."""

import pytest

from indexer.corpus.assessment_fields import ASSESSMENT_FIELDS
from indexer.model.assessments import Answer, AssessmentStatus, Criterion, Judgement
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Practice
from kb.publishing.changes.repository import Repository, texts_in
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import InvalidChangeError, NotFoundError
from kb.publishing.history.differences import compare_states
from kb.publishing.history.history_entries import ChangeSide, HistoryAction
from kb.publishing.published.assessor import (
    AssessedTextChangedError,
    Assessor,
    SignedAnswers,
)
from kb.publishing.published.publisher import PublishConflictError, Publisher
from kb.publishing.records.form_values import read_values
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
ADA, BOB = "ada@example.org", "bob@example.org"
BOTH = {Locale.FR: "chargée de prévention", Locale.EN: "prevention officer"}
ANSWERS = SignedAnswers(
    BOTH,
    tuple(
        Judgement(
            each, Answer.MET, {Locale.FR: "Oui\u00a0: vu.", Locale.EN: "Yes: seen"}
        )
        for each in (
            Criterion.PROBLEM,
            Criterion.MECHANISM,
            Criterion.EFFECT,
            Criterion.INFORMATION,
        )
    ),
)


@pytest.fixture
def assessor(repository: Repository) -> Assessor:
    """Return the assessor of the repository."""
    return Assessor(repository)


def version(repository: Repository) -> str:
    """Return the version of the practice, which its assessor has read."""
    state = repository.state(LAMPS)
    assert state is not None
    return state.digest


def sign(assessor: Assessor, repository: Repository) -> None:
    """Sign an assessment of the practice."""
    assessor.sign(LAMPS, ANSWERS, version=version(repository), actor=ADA)


def status(repository: Repository) -> AssessmentStatus | None:
    """Return whether the published practice is assessed."""
    return repository.reader.read().records[LAMPS].assessment_status


def begin(drafts: DraftEditor) -> None:
    """Begin a draft of the practice, and change a word of it."""
    draft = drafts.begin(LAMPS, BOB)
    texts = {**draft.texts, "fr.md": draft.texts["fr.md"].replace("trois", "quatre")}
    drafts.save(LAMPS, texts, version=draft.version, actor=BOB)


def test_a_signed_assessment_is_part_of_the_record(
    assessor: Assessor, repository: Repository
) -> None:
    """Files, day, text and history."""
    sign(assessor, repository)

    record = repository.reader.read().records[LAMPS]
    change = repository.history.changes(LAMPS)[0].entry
    assert isinstance(record, Practice)
    assert record.assessment is not None
    assert str(record.assessment.date) == "2026-11-25"
    assert record.assessment.assessors == BOTH
    assert record.assessment.judgements == ANSWERS.judgements
    assert record.assessment_status is AssessmentStatus.CURRENT
    assert (change.actor, change.action) == (ADA, HistoryAction.ASSESSED)
    fields = {
        each.field
        for each in compare_states(
            LAMPS.kind, repository.history, change.before, change.after
        )
    }
    assert fields == {*ASSESSMENT_FIELDS, "updated"}


def test_who_signs_must_have_read_the_present_text(
    assessor: Assessor, repository: Repository, workspace: Workspace
) -> None:
    """Otherwise the assessment would be that of another text."""
    read = version(repository)
    workspace.replace(f"{LAMPS}/fr.md", "trois ruelles", "quatre ruelles")

    with pytest.raises(AssessedTextChangedError):
        assessor.sign(LAMPS, ANSWERS, version=read, actor=ADA)

    assert status(repository) is AssessmentStatus.NONE


def test_a_record_with_problems_cannot_be_assessed(
    assessor: Assessor, repository: Repository, workspace: Workspace
) -> None:
    """Visitors see an earlier text of it."""
    repository.reader.read()
    workspace.replace(f"{LAMPS}/record.yaml", "updated: 2020-02-03", "updated: soon")

    with pytest.raises(InvalidChangeError):
        sign(assessor, repository)


@pytest.mark.parametrize("name", ["practices/none", "events/w9", "needs/n01"])
def test_only_published_practices_and_recommendations_can_be_assessed(
    assessor: Assessor, name: str
) -> None:
    """Other kinds have no criteria."""
    record = RecordId.parse(name)
    assert record is not None

    with pytest.raises((NotFoundError, InvalidChangeError)):
        assessor.sign(record, ANSWERS, version="", actor=ADA)


def test_a_withdrawn_assessment_stays_in_the_history(
    assessor: Assessor, repository: Repository, workspace: Workspace
) -> None:
    """The fields go, and the earlier state can be restored."""
    before = workspace.path(f"{LAMPS}/record.yaml").read_text("utf-8")
    sign(assessor, repository)

    assessor.withdraw(LAMPS, version=version(repository), actor=BOB)

    after = workspace.path(f"{LAMPS}/record.yaml").read_text("utf-8")
    change = repository.history.changes(LAMPS)[0]
    assert after == before.replace("2020-02-03", "2026-11-25")
    assert change.entry.action is HistoryAction.ASSESSMENT_WITHDRAWN
    Publisher(repository).revert(change.number, ChangeSide.BEFORE, actor=BOB)
    assert status(repository) is AssessmentStatus.CURRENT


def test_a_draft_begun_before_an_assessment_is_no_conflict_and_keeps_it(
    assessor: Assessor, repository: Repository, drafts: DraftEditor
) -> None:
    """The draft does not contain it; its text is newer, which the page says."""
    begin(drafts)
    sign(assessor, repository)

    Publisher(repository).publish(LAMPS, actor=BOB)

    texts = texts_in(repository.record_folder(LAMPS))
    assert "quatre" in texts["fr.md"]
    assert status(repository) is AssessmentStatus.OUTDATED


def test_another_change_beside_the_assessment_is_a_conflict(
    assessor: Assessor,
    repository: Repository,
    drafts: DraftEditor,
    workspace: Workspace,
) -> None:
    """Nobody’s words are overwritten unseen."""
    begin(drafts)
    sign(assessor, repository)
    workspace.replace(f"{LAMPS}/en.md", "three lanes", "five lanes")

    with pytest.raises(PublishConflictError):
        Publisher(repository).publish(LAMPS, actor=BOB)


def test_a_draft_cannot_change_an_assessment(
    assessor: Assessor, repository: Repository, drafts: DraftEditor
) -> None:
    """An editor can type the whole of a file that is not valid YAML."""
    sign(assessor, repository)
    draft = drafts.begin(LAMPS, BOB)
    forged = draft.texts["record.yaml"].replace("answer: met", "answer: not-met")
    texts = {**draft.texts, "record.yaml": forged}
    drafts.save(LAMPS, texts, version=draft.version, actor=BOB)

    Publisher(repository).publish(LAMPS, actor=BOB)

    facts = read_values(LAMPS.kind, texts_in(repository.record_folder(LAMPS))).facts
    items = [each for each in facts["assessment"] if not isinstance(each, str)]
    assert {each["answer"] for each in items} == {"met"}


def test_an_assessment_survives_a_withdrawal_of_the_record(
    assessor: Assessor, repository: Repository, drafts: DraftEditor
) -> None:
    """Also when an older draft takes the place of the record."""
    begin(drafts)
    sign(assessor, repository)
    publisher = Publisher(repository)

    publisher.withdraw(LAMPS, actor=BOB)
    publisher.publish(LAMPS, actor=BOB)

    assert status(repository) is AssessmentStatus.OUTDATED
