"""Tests of transactions and their journal."""

import json
import shutil
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes import journal
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import (
    BusyError,
    JournalDamagedError,
    NotFoundError,
    WriteFailedError,
)
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.published.publisher import Publisher
from kb.publishing.storage import folders as steps
from kb.publishing.storage.names import record_id_of
from tests.kb.publishing.kills import recover
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
ADA = "ada@example.org"


def edited(drafts: DraftEditor) -> None:
    """Create a draft with an edited text."""
    draft = drafts.begin(EVENT, ADA)
    texts = {**draft.texts, "fr.md": draft.texts["fr.md"] + "\nEncore.\n"}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)


def test_an_edit_during_the_exchange_is_recorded(
    repository: Repository,
    workspace: Workspace,
    drafts: DraftEditor,
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The edit is saved after `capture_state` and before the exchange."""
    edited(drafts)
    exchange = steps.exchange

    def edit_first(one: Path, other: Path) -> bool:
        if other == repository.record_folder(EVENT):
            workspace.replace("events/w9/fr.md", "de tout.", "de vent.")
        return bool(exchange(one, other))

    monkeypatch.setattr(steps, "exchange", edit_first)

    publisher.publish(EVENT, actor=ADA)

    published, external, *_ = repository.history.changes(EVENT)
    assert published.entry.action is HistoryAction.PUBLISHED
    assert external.entry.action is HistoryAction.EXTERNAL_EDIT
    assert external.entry.after == published.entry.before
    assert "de vent." in repository.history.texts(external.entry.after)["fr.md"]


def test_lock_timeout_raises_busy_error(
    repository: Repository, drafts: DraftEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction does not wait for ever."""
    monkeypatch.setattr(journal, "LOCK_WAIT_S", 0.01)
    recover(repository)

    with (
        FileLock(repository.journal.folder / ".lock"),
        pytest.raises(BusyError) as caught,
    ):
        drafts.begin(EVENT, ADA)

    assert "try again" in str(caught.value.message)


def test_the_instance_folder_is_private(
    repository: Repository, drafts: DraftEditor
) -> None:
    """Other accounts of the machine can't read drafts."""
    drafts.begin(EVENT, ADA)

    assert repository.locations.instance.stat().st_mode & 0o077 == 0


def test_concurrent_saves_conflict_and_store_all_texts(workspace: Workspace) -> None:
    """One save succeeds for each version; the others raise a conflict."""
    DraftEditor(open_repository(workspace.locations)).begin(EVENT, ADA)
    conflicts: list[str] = []

    def save(number: int) -> None:
        drafts = DraftEditor(open_repository(workspace.locations))
        while True:
            draft = drafts.load(EVENT)
            text = f"{draft.texts['fr.md']}\nLigne {number}.\n"
            try:
                drafts.save(
                    EVENT,
                    {**draft.texts, "fr.md": text},
                    version=draft.version,
                    actor=str(number),
                )
            except (DraftConflictError, NotFoundError):
                conflicts.append(str(number))
                continue
            return

    threads = [threading.Thread(target=save, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    text = DraftEditor(open_repository(workspace.locations)).load(EVENT).texts["fr.md"]
    assert all(f"Ligne {number}." in text for number in range(8))


def test_a_blocked_target_raises_an_error_without_changes(
    workspace: Workspace, drafts: DraftEditor, publisher: Publisher
) -> None:
    """The error has the path and the reason."""
    edited(drafts)
    history = workspace.locations.instance / "history"
    shutil.rmtree(history)
    history.write_text("in the way", "utf-8")
    before = workspace.path("events/w9/fr.md").read_text("utf-8")

    with pytest.raises(WriteFailedError) as caught:
        publisher.publish(EVENT, actor=ADA)

    assert caught.value.path.is_relative_to(history)
    assert caught.value.reason
    assert workspace.path("events/w9/fr.md").read_text("utf-8") == before
    assert "Encore." in drafts.load(EVENT).texts["fr.md"]


def journal_entry(target: str, staged: str) -> str:
    """Return a journal entry that removes a folder of the content."""
    step = {"place": ["documents", target], "made": ["documents", staged]}
    return json.dumps({"steps": [{**step, "digest": "", "is_new": False}]})


@pytest.mark.parametrize(
    "text",
    [
        journal_entry("../beside", ".changing/x/0"),
        journal_entry("events/w9", "../stolen"),
        journal_entry("/etc", ".changing/x/0"),
        journal_entry("", ".changing/x/0"),
        "",
        "{",
        "[]",
        "{}",
        "[" * 100_000,
    ],
)
def test_a_damaged_or_hostile_journal_entry_is_rejected(
    workspace: Workspace, repository: Repository, text: str
) -> None:
    """The entry may come from a backup made by somebody else."""
    recover(repository)
    beside = workspace.root / "beside" / "precious.txt"
    beside.parent.mkdir()
    beside.write_text("still here", "utf-8")
    path = repository.journal.folder / "0123456789abcdef.json"
    path.write_text(text, "utf-8")

    with pytest.raises(JournalDamagedError) as caught:
        recover(repository)

    assert caught.value.path == path
    assert "move it elsewhere" in str(caught.value.message)
    assert beside.read_text("utf-8") == "still here"
    assert repository.record_folder(EVENT).is_dir()
    path.unlink()
    recover(repository)


@pytest.mark.parametrize("name", ["events/..", "events/.", "events/", "events/a/../b"])
def test_record_ids_reject_other_paths(name: str) -> None:
    """An id in a restored file may be hostile."""
    with pytest.raises(NotFoundError):
        record_id_of(name)
