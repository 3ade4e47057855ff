"""What is published is found, what is withdrawn comes back, every state is kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Deliverable
from indexer.pipeline import open_stored_engine, open_texts
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import IncompleteDraftError, NotFoundError
from kb.publishing.history.differences import compare_states
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.published.publisher import (
    ChangeSide,
    PublishConflictError,
    Publisher,
)
from kb.publishing.published.search_check import update_and_check
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")
ADA, BOB = "ada@example.org", "bob@example.org"


def edit(drafts: DraftEditor, old: str, new: str, name: str = "fr.md") -> None:
    """Change some words in a draft of the event."""
    draft = drafts.begin(EVENT, ADA)
    assert old in draft.texts[name]
    texts = {**draft.texts, name: draft.texts[name].replace(old, new)}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)


def test_what_is_published_is_found_by_its_title(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """The page can show it: the very search of a visitor."""
    locations = repository.locations
    engine = open_stored_engine(locations)
    title = drafts.begin(EVENT, ADA).texts["fr.md"].split("\n")[1]
    edit(drafts, title, 'title: "Les réverbères : où, quand, pour qui ?"')

    publisher.publish(EVENT, actor=BOB)
    confirmation = update_and_check(
        EVENT, engine, repository.reader.read, texts=open_texts(locations)
    )

    assert confirmation.is_found
    assert confirmation.searches[0].rank == 1
    assert "updated: 2026-11-25" in (
        (repository.record_folder(EVENT) / RECORD_FILE).read_text("utf-8")
    )


def test_a_deleted_record_is_found_by_no_search(repository: Repository) -> None:
    """And the confirmation says so."""
    engine = open_stored_engine(repository.locations)

    confirmation = update_and_check(
        RecordId(Kind.NEED, "none"), engine, repository.reader.read
    )

    assert not confirmation.is_found


def test_the_history_tells_who_changed_what(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """As differences that a person can read, by field and by paragraph."""
    edit(drafts, "de tout.", "de drones.")

    publisher.publish(EVENT, actor=BOB)

    published, found = repository.history.changes(EVENT)
    entry = published.entry
    assert found.entry.action is HistoryAction.FIRST_SEEN
    assert (entry.action, entry.actor) == (HistoryAction.PUBLISHED, BOB)
    assert entry.at == repository.clock()
    differences = compare_states(
        EVENT.kind, repository.history, entry.before, entry.after
    )
    changed = {(each.file, each.field): each for each in differences}
    assert set(changed) == {(RECORD_FILE, "updated"), ("fr.md", "body")}
    body = changed["fr.md", "body"]
    assert [piece.text for piece in body.new if piece.is_marked] == ["drones"]
    assert body.locale == "fr"


def test_any_earlier_state_can_be_brought_back(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """Byte for byte."""
    before = repository.state(EVENT)
    edit(drafts, "de tout.", "de drones.")
    publisher.publish(EVENT, actor=ADA)
    number = repository.history.changes(EVENT)[0].number

    publisher.revert(number, ChangeSide.BEFORE, actor=BOB)

    assert repository.state(EVENT) == before
    publisher.revert(number, ChangeSide.AFTER, actor=BOB)
    assert "drones" in (repository.record_folder(EVENT) / "fr.md").read_text("utf-8")
    with pytest.raises(NotFoundError):
        publisher.revert(10_000, ChangeSide.BEFORE, actor=BOB)


def test_what_has_problems_is_not_published(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """All of them are told."""
    before = repository.state(EVENT)
    edit(drafts, "title:", "titel:")

    with pytest.raises(IncompleteDraftError) as caught:
        publisher.publish(EVENT, actor=ADA)

    assert {each.what.template for each in caught.value.problems}
    assert repository.state(EVENT) == before


def test_a_draft_of_what_was_changed_meanwhile_waits_for_a_choice(
    drafts: DraftEditor, publisher: Publisher, workspace: Workspace
) -> None:
    """By hand, say: the difference is shown, and somebody decides."""
    edit(drafts, "de tout.", "de drones.")
    workspace.replace("events/w9/fr.md", "de tout.", "de rien.")

    with pytest.raises(PublishConflictError) as caught:
        publisher.publish(EVENT, actor=ADA)
    publisher.publish(EVENT, actor=ADA, over=caught.value.version)

    (difference,) = caught.value.differences
    assert [piece.text for piece in difference.old if piece.is_marked] == ["rien"]
    assert "de drones." in workspace.path("events/w9/fr.md").read_text("utf-8")


def test_a_draft_saved_after_somebody_looked_is_not_published(
    drafts: DraftEditor, publisher: Publisher
) -> None:
    """What goes online is what was previewed."""
    version = drafts.begin(EVENT, ADA).version
    edit(drafts, "de tout.", "de drones.")

    with pytest.raises(DraftConflictError):
        publisher.publish(EVENT, actor=BOB, version=version)


def test_what_is_withdrawn_is_a_draft_and_comes_back_with_its_links(
    publisher: Publisher, drafts: DraftEditor, workspace: Workspace
) -> None:
    """The content has no broken link meanwhile."""
    before = workspace.corpus()
    assert before.backlinks[EVENT]

    publisher.unpublish(EVENT, actor=ADA)

    meanwhile = workspace.corpus()
    assert meanwhile.get(EVENT) is None
    assert len(meanwhile.problems) <= len(before.problems)
    assert [each.record for each in drafts.all()] == [EVENT]

    publisher.publish(EVENT, actor=ADA)

    assert workspace.corpus().backlinks[EVENT] == before.backlinks[EVENT]


def test_a_file_is_replaced_and_the_old_one_kept(
    publisher: Publisher, workspace: Workspace, repository: Repository, tmp_path: Path
) -> None:
    """Its address stays; what is said of it is true of the new one."""
    workspace.add_file(b"# Old", "report.md")
    new = tmp_path / "new"
    new.write_bytes(b"# New")

    publisher.replace_file(
        DELIVERABLE, "report.md", new, actor=ADA, facts={"pages": "3"}
    )

    record = workspace.corpus().get(DELIVERABLE)
    assert isinstance(record, Deliverable)
    (file,) = record.files
    assert file.sha256 == hashlib.sha256(b"# New").hexdigest()
    assert (file.pages, file.language) == (3, "en")
    old = repository.history.original_path(hashlib.sha256(b"# Old").hexdigest())
    assert old.read_bytes() == b"# Old"
    change = repository.history.changes(DELIVERABLE)[0].entry
    told = compare_states(
        Kind.DELIVERABLE, repository.history, change.before, change.after
    )
    assert "files/report.md" in {each.file for each in told}
    with pytest.raises(NotFoundError):
        publisher.replace_file(DELIVERABLE, "none.md", new, actor=ADA)


def test_hidden_files_and_links_stay(
    drafts: DraftEditor, publisher: Publisher, workspace: Workspace
) -> None:
    """What somebody keeps beside a record is not ours to throw away."""
    workspace.path("events/w9/.notes").write_text("mine", "utf-8")
    workspace.path("events/w9/link.md").symlink_to("fr.md")
    edit(drafts, "de tout.", "de drones.")

    publisher.publish(EVENT, actor=ADA)

    assert "drones" in workspace.path("events/w9/fr.md").read_text("utf-8")
    assert workspace.path("events/w9/.notes").read_text("utf-8") == "mine"
    assert workspace.path("events/w9/link.md").is_symlink()
    assert not workspace.path("events/w9/.draft.json").exists()
