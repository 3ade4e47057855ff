"""Tests of the publisher."""

import hashlib
from pathlib import Path

import pytest

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import message
from indexer.model.records import Deliverable
from kb.core.catalogs import catalog
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import IncompleteDraftError, NotFoundError
from kb.publishing.history.differences import compare_states
from kb.publishing.history.history_entries import ChangeSide, HistoryAction
from kb.publishing.published.publisher import Publisher
from kb.publishing.records.yaml_blocks import remark
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")
ADA, BOB = "ada@example.org", "bob@example.org"


def edit(drafts: DraftEditor, old: str, new: str, name: str = "fr.md") -> None:
    """Replace words in a draft of the event."""
    draft = drafts.begin(EVENT, ADA)
    assert old in draft.texts[name]
    texts = {**draft.texts, name: draft.texts[name].replace(old, new)}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)


def test_publishing_adds_history_entries_with_differences(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """Differences are by field and by paragraph."""
    edit(drafts, "de tout.", "de drones.")

    publisher.publish(EVENT, actor=BOB)

    published, first, session = repository.history.changes(EVENT)
    entry = published.entry
    assert first.entry.action is HistoryAction.FIRST_SEEN
    assert session.entry.action is HistoryAction.EDITED
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


def test_revert_restores_a_state_byte_for_byte(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """The states before and after a change can be restored."""
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


def test_a_draft_with_errors_is_not_published(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """The error has all problems."""
    before = repository.state(EVENT)
    edit(drafts, "title:", "titel:")

    with pytest.raises(IncompleteDraftError) as caught:
        publisher.publish(EVENT, actor=ADA)

    assert {each.what.template for each in caught.value.problems}
    assert repository.state(EVENT) == before


def test_a_draft_saved_after_the_preview_is_a_conflict(
    drafts: DraftEditor, publisher: Publisher
) -> None:
    """Only the previewed version is published."""
    version = drafts.begin(EVENT, ADA).version
    edit(drafts, "de tout.", "de drones.")

    with pytest.raises(DraftConflictError):
        publisher.publish(EVENT, actor=BOB, version=version)


def test_unpublish_and_publish_restores_links(
    publisher: Publisher, drafts: DraftEditor, workspace: Workspace
) -> None:
    """In between, the content has no broken link."""
    before = workspace.corpus()
    assert before.backlinks[EVENT]

    publisher.withdraw(EVENT, actor=ADA)

    meanwhile = workspace.corpus()
    assert meanwhile.get(EVENT) is None
    assert len(meanwhile.problems) <= len(before.problems)
    assert [each.record for each in drafts.all()] == [EVENT]

    publisher.publish(EVENT, actor=ADA)

    assert workspace.corpus().backlinks[EVENT] == before.backlinks[EVENT]


def test_replace_file_updates_facts_and_stores_the_old_file(
    publisher: Publisher, workspace: Workspace, repository: Repository, tmp_path: Path
) -> None:
    """The URL of the file is unchanged."""
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
    differences = compare_states(
        Kind.DELIVERABLE, repository.history, change.before, change.after
    )
    assert "files/report.md" in {each.file for each in differences}
    with pytest.raises(NotFoundError):
        publisher.replace_file(DELIVERABLE, "none.md", new, actor=ADA)


def test_publishing_keeps_hidden_files_and_links(
    drafts: DraftEditor, publisher: Publisher, workspace: Workspace
) -> None:
    """They are not part of a record."""
    workspace.path("events/w9/.notes").write_text("mine", "utf-8")
    workspace.path("events/w9/link.md").symlink_to("fr.md")
    edit(drafts, "de tout.", "de drones.")

    publisher.publish(EVENT, actor=ADA)

    assert "drones" in workspace.path("events/w9/fr.md").read_text("utf-8")
    assert workspace.path("events/w9/.notes").read_text("utf-8") == "mine"
    assert workspace.path("events/w9/link.md").is_symlink()
    assert not workspace.path("events/w9/.draft.json").exists()


@pytest.mark.parametrize("locale", Locale)
def test_a_published_record_does_not_call_itself_a_draft(
    drafts: DraftEditor, publisher: Publisher, repository: Repository, locale: Locale
) -> None:
    """The comment of the program that wrote the draft is not true any more."""
    note = message(
        "Draft of %(day)s, made from %(name)s. No person has checked it yet.",
        day=repository.clock().date(),
        name="report (1).pdf",
    )
    comment = remark(note, catalog(locale).gettext)
    kept = "# Ask the authors for the second part."
    draft = drafts.begin(EVENT, ADA)
    text = f"{comment}\n{kept}\n{draft.texts[RECORD_FILE]}"
    texts = {**draft.texts, RECORD_FILE: text}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)

    publisher.publish(EVENT, actor=ADA)

    published = (repository.record_folder(EVENT) / RECORD_FILE).read_text("utf-8")
    assert comment not in published
    assert kept in published
