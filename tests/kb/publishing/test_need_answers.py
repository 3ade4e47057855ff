"""Tests of the answers that needs list."""

import pytest

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.draft_links import NeedAnswers
from kb.publishing.errors import NotFoundError
from tests.support.builders import Workspace

NEED = RecordId(Kind.NEED, "n01")
LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
NEW = RecordId(Kind.PRACTICE, "new-lamps")
REC = RecordId(Kind.RECOMMENDATION, "rec-02")
ADA = "ada@example.org"


@pytest.mark.parametrize("answer", [NEW, REC], ids=str)
def test_an_answer_is_added_to_the_draft_of_a_need(
    answer: RecordId, repository: Repository, workspace: Workspace
) -> None:
    """Visitors see nothing of it before the need is published."""
    answers, corpus = NeedAnswers(repository), workspace.corpus()
    before = workspace.path(f"{NEED}/record.yaml").read_bytes()

    answers.add(NEED, answer, actor=ADA)
    answers.add(NEED, answer, actor=ADA)

    assert answers.needs_of(answer, corpus) == (NEED,)
    text = DraftEditor(repository).load(NEED).texts["record.yaml"]
    assert text.count(answer.slug) == 1
    assert workspace.path(f"{NEED}/record.yaml").read_bytes() == before


def test_an_answer_taken_back_leaves_no_draft(
    repository: Repository, workspace: Workspace
) -> None:
    """The draft of the need has no other change."""
    answers = NeedAnswers(repository)
    answers.add(NEED, NEW, actor=ADA)

    answers.remove(NEED, NEW, actor=ADA)

    assert answers.needs_of(NEW, workspace.corpus()) == ()
    assert DraftEditor(repository).all() == ()


def test_a_published_answer_is_taken_out_of_the_draft(
    repository: Repository, workspace: Workspace
) -> None:
    """The published need keeps it until its draft is published."""
    answers = NeedAnswers(repository)
    assert answers.needs_of(LAMPS, workspace.corpus()) == (NEED,)

    answers.remove(NEED, LAMPS, actor=ADA)

    assert answers.needs_of(LAMPS, workspace.corpus()) == ()
    assert workspace.corpus().answered_needs(LAMPS) == (NEED,)


def test_only_a_need_that_exists_lists_answers(repository: Repository) -> None:
    """A form may name anything."""
    for wrong in (RecordId(Kind.NEED, "n77"), RecordId(Kind.EVENT, "w9")):
        with pytest.raises(NotFoundError):
            NeedAnswers(repository).add(wrong, NEW, actor=ADA)
