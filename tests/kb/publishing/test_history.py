"""Tests of the history store."""

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

import pytest

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import (
    BusyError,
    HistoryUnreadableError,
    NotFoundError,
    WriteFailedError,
)
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.published.publisher import Publisher
from kb.publishing.storage.folders import FolderState, folder_state
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def an_entry(actor: str = "ada@example.org") -> HistoryEntry:
    """Return an entry of the event."""
    return HistoryEntry(
        NOW,
        actor,
        HistoryAction.PUBLISHED,
        EVENT,
        None,
        FolderState((("fr.md", "00"),)),
    )


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Return an empty history."""
    return History(tmp_path)


def test_changes_are_paged_newest_first(history: History) -> None:
    """Each page continues after the last number of the one before."""
    for number in range(5):
        history.add(f"work-{number}", [an_entry(f"{number}@example.org")])

    newest = history.changes(EVENT, limit=3)
    older = history.changes(EVENT, limit=3, before=newest[-1].number)

    actors = [each.entry.actor[0] for each in (*newest, *older)]
    assert actors == ["4", "3", "2", "1", "0"]
    assert newest[0].entry == an_entry("4@example.org")


def test_adding_a_transaction_twice_stores_it_once(history: History) -> None:
    """A replay after a crash adds the entries again."""
    history.add("work", [an_entry(), an_entry("bob@example.org")])
    history.add("work", [an_entry(), an_entry("bob@example.org")])

    assert len(history.of_transaction("work")) == 2


@pytest.mark.parametrize("table", ["change", "text"])
def test_rows_can_not_be_changed_or_deleted(history: History, table: str) -> None:
    """Triggers reject it, also for other programs."""
    history.add("work", [an_entry()])
    history.store_texts({"fr.md": "Texte"})
    database = sqlite3.connect(history.path)

    with pytest.raises(sqlite3.Error, match="only added to"):
        database.execute(f"DELETE FROM {table}")  # noqa: S608  # one of two names
    column = "who" if table == "change" else "content"
    with pytest.raises(sqlite3.Error, match="only added to"):
        database.execute(f"UPDATE {table} SET {column} = ''")  # noqa: S608
    database.close()


def test_an_original_is_stored_once(
    repository: Repository,
    workspace: Workspace,
    drafts: DraftEditor,
    publisher: Publisher,
) -> None:
    """Further states of the record do not copy the file."""
    workspace.add_file(b"# Report" * 1000, "report.md")
    for number in range(3):
        draft = drafts.begin(DELIVERABLE, "ada@example.org")
        texts = {**draft.texts, "en.md": f"{draft.texts['en.md']}\n{number}\n"}
        drafts.save(DELIVERABLE, texts, version=draft.version, actor="ada@example.org")
        publisher.publish(DELIVERABLE, actor="ada@example.org")

    originals = [
        path
        for path in repository.history.path.parent.rglob("*")
        if path.is_file() and path != repository.history.path
    ]
    assert len(originals) == 1
    published = workspace.path("deliverables/d9.1/files/report.md")
    assert published.stat().st_ino != originals[0].stat().st_ino


def test_a_file_that_changed_since_its_state_is_not_stored(
    history: History, tmp_path: Path
) -> None:
    """A state is stored as it was computed, or not at all."""
    folder = tmp_path / "w9"
    (folder / "files").mkdir(parents=True)
    (folder / "fr.md").write_text("Un", "utf-8")
    state = folder_state(folder)
    (folder / "fr.md").write_text("Deux", "utf-8")

    with pytest.raises(BusyError):
        history.store_states(folder, {folder: state})


def test_a_damaged_history_is_an_error(history: History) -> None:
    """It is not treated as an empty history."""
    history.add("work", [an_entry()])
    history.path.write_bytes(b"no database at all" * 100)

    with pytest.raises(HistoryUnreadableError):
        history.changes()
    with pytest.raises(WriteFailedError):
        history.add("another", [an_entry()])


def test_unknown_changes_and_texts_are_not_found(history: History) -> None:
    """Both in a missing and in an existing history."""
    assert history.changes() == ()
    assert history.last_states() == {}
    assert history.last_public_change(EVENT) is None
    with pytest.raises(NotFoundError):
        history.text("00")
    history.add("work", [an_entry()])
    with pytest.raises(NotFoundError):
        history.contents(FolderState((("files/x.pdf", "00"),)))
    assert history.last_states() == {EVENT: FolderState((("fr.md", "00"),))}


def test_the_history_works_in_a_moved_folder(
    repository: Repository, tmp_path: Path
) -> None:
    """A restored backup may be in another folder."""
    ExternalEditDetector(repository).record_edits()
    moved = tmp_path / "elsewhere"
    shutil.copytree(repository.history.path.parent, moved / "history")

    copy = History(moved)

    assert copy.changes(limit=500) == repository.history.changes(limit=500)
    change = copy.last_public_change(EVENT)
    assert change is not None
    state = change.entry.after
    assert copy.texts(state) == repository.history.texts(state)
