"""Tests of the workflow of drafts, and of the publication of several at once."""

import pytest

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import MAX_COMMENT, DraftState, DraftWorkflow
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import InvalidChangeError
from kb.publishing.published.draft_publication import SAVED_MEANWHILE, DraftPublication
from kb.publishing.published.trash import Trash

EVENT = RecordId(Kind.EVENT, "w9")
PRACTICE = RecordId(Kind.PRACTICE, "newtown-lamps")
ADA, BOB = "ada@example.org", "bob@example.org"


@pytest.fixture
def workflow(repository: Repository) -> DraftWorkflow:
    """Return the workflow of the drafts of the repository."""
    return DraftWorkflow(repository)


def test_a_state_does_not_conflict_with_a_person_who_writes(
    drafts: DraftEditor, workflow: DraftWorkflow
) -> None:
    """A publisher sends a draft back while its writer has the form open."""
    draft = drafts.begin(EVENT, ADA)

    workflow.set_state(EVENT, DraftState.CHANGES_WANTED, actor=BOB, comment="Why?")
    texts = {**draft.texts, "fr.md": draft.texts["fr.md"] + "\nEncore.\n"}
    saved = drafts.save(EVENT, texts, version=draft.version, actor=ADA)

    assert saved.notes.state is DraftState.CHANGES_WANTED
    assert [(each.by, each.text) for each in saved.notes.comments] == [(BOB, "Why?")]


def test_a_discarded_draft_comes_back_with_its_comments(
    drafts: DraftEditor, workflow: DraftWorkflow, trash: Trash
) -> None:
    """State, person and comments belong to the draft."""
    drafts.begin(EVENT, ADA)
    workflow.assign(EVENT, BOB, actor=ADA)
    workflow.comment(EVENT, "  Two lines\r\nof text. ", actor=ADA)
    drafts.discard(EVENT, ADA)

    trash.restore_draft(trash.all()[0].transaction, actor=ADA)

    notes = drafts.load(EVENT).notes
    assert notes.assigned_to == BOB
    assert notes.comments[0].text == "Two lines\nof text."


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (MAX_COMMENT + 1)])
def test_a_comment_has_a_text_of_limited_length(
    text: str, drafts: DraftEditor, workflow: DraftWorkflow
) -> None:
    """Nothing is stored of a comment that is refused."""
    drafts.begin(EVENT, ADA)

    with pytest.raises(InvalidChangeError):
        workflow.comment(EVENT, text, actor=ADA)

    assert drafts.load(EVENT).notes.comments == ()


def _changed(drafts: DraftEditor, record: RecordId) -> None:
    draft = drafts.begin(record, ADA)
    texts = {**draft.texts, "en.md": draft.texts["en.md"] + "\nOne more paragraph.\n"}
    drafts.save(record, texts, version=draft.version, actor=ADA)


def test_several_drafts_are_published_in_one_transaction(
    drafts: DraftEditor, repository: Repository
) -> None:
    """Each publication has its entry in the history, with its writers."""
    _changed(drafts, EVENT)
    _changed(drafts, PRACTICE)

    plan, writers = DraftPublication(repository).publish(
        [EVENT, PRACTICE], {}, actor=BOB
    )

    assert set(plan.ready) == {EVENT, PRACTICE}
    assert writers == {EVENT: (ADA,), PRACTICE: (ADA,)}
    changes = repository.history.changes(limit=2)
    assert len({each.transaction for each in changes}) == 1
    assert drafts.all() == ()


def test_a_draft_that_is_not_ready_does_not_stop_the_others(
    drafts: DraftEditor, repository: Repository
) -> None:
    """The incomplete draft stays, with its problems; so does one saved meanwhile."""
    _changed(drafts, EVENT)
    draft = drafts.begin(PRACTICE, ADA)
    texts = {"record.yaml": f"id: {PRACTICE.slug}\n"}
    drafts.save(PRACTICE, texts, version=draft.version, actor=ADA)
    publication = DraftPublication(repository)

    stale = publication.plan([EVENT], {EVENT: "another version"})
    plan, _ = publication.publish([EVENT, PRACTICE], {}, actor=BOB)

    assert stale.refused[EVENT].reason == SAVED_MEANWHILE
    assert plan.ready == (EVENT,)
    assert plan.refused[PRACTICE].problems
    assert [each.record for each in drafts.all()] == [PRACTICE]


def test_a_draft_waits_for_the_draft_that_it_links_to(
    drafts: DraftEditor, repository: Repository
) -> None:
    """Both are published together; without the other one, the link leads nowhere."""
    new = RecordId(Kind.EVENT, "w10")
    published = drafts.begin(EVENT, ADA)
    begun = drafts.begin(new, ADA)
    texts = {
        name: text.replace(f"id: {EVENT.slug}\n", "id: w10\n")
        for name, text in published.texts.items()
    }
    drafts.save(new, texts, version=begun.version, actor=ADA)
    practice = drafts.begin(PRACTICE, ADA)
    yaml = practice.texts["record.yaml"].replace("events: [w9]", "events: [w9, w10]")
    assert "w10" in yaml
    texts = {**practice.texts, "record.yaml": yaml}
    drafts.save(PRACTICE, texts, version=practice.version, actor=ADA)
    publication = DraftPublication(repository)

    alone = publication.plan([PRACTICE], {})
    together = publication.plan([PRACTICE, new], {})

    assert alone.ready == ()
    assert set(together.ready) == {PRACTICE, new}
