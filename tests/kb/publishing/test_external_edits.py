"""Tests of the detection of external edits."""

import shutil
from pathlib import Path

import pytest

from indexer.errors import CorpusMissingError
from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.errors import WriteFailedError
from kb.publishing.history.differences import compare_states
from kb.publishing.history.history_entries import HistoryAction
from tests.support.builders import Workspace
from tests.support.disks import no_room

EVENT = RecordId(Kind.EVENT, "w9")


def test_the_first_run_records_all_records(repository: Repository) -> None:
    """States from before the history can be restored too."""
    recorded_ids = ExternalEditDetector(repository).record_edits()

    assert set(recorded_ids) >= set(repository.reader.read().records)
    assert {each.entry.action for each in repository.history.changes(limit=500)} == {
        HistoryAction.FIRST_SEEN
    }
    assert ExternalEditDetector(repository).record_edits() == ()


def test_recorded_stamps_of_the_parent_process_are_reused(
    repository: Repository, workspace: Workspace
) -> None:
    """A forked worker starts with the stamps of its parent."""
    first = ExternalEditDetector(repository)
    first.record_edits()
    other = ExternalEditDetector(repository, recorded=first.recorded)
    checks = [other.check() for _ in range(2)]
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

    checks += [other.check() for _ in range(2)]

    assert checks == [False, False, False, True]
    assert other.record_edits() == (EVENT,)


def test_an_edited_file_is_recorded(
    repository: Repository, workspace: Workspace
) -> None:
    """The entry has the last known state, whichever process stored it."""
    edit_detector = ExternalEditDetector(repository)
    edit_detector.record_edits()
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    other = ExternalEditDetector(open_repository(workspace.locations))

    assert edit_detector.record_edits() == (EVENT,)

    assert other.record_edits() == ()
    entry = repository.history.changes(EVENT)[0].entry
    assert entry.action is HistoryAction.EXTERNAL_EDIT
    (recorded,) = compare_states(
        EVENT.kind, repository.history, entry.before, entry.after
    )
    assert [piece.text for piece in recorded.new if piece.is_marked] == ["drones"]


@pytest.mark.parametrize("in_place", [True, False])
def test_an_edit_that_keeps_size_and_mtime_is_recorded(
    repository: Repository, workspace: Workspace, *, in_place: bool
) -> None:
    """Tools that copy files may keep the mtime; no tool keeps the ctime."""
    edit_detector = ExternalEditDetector(repository)
    edit_detector.record_edits()
    edit_detector.check()

    workspace.replace_silently(
        "events/w9/fr.md", "de tout.", "de rien.", in_place=in_place
    )

    assert [edit_detector.check() for _ in range(2)] == [False, True]
    assert edit_detector.record_edits() == (EVENT,)


def test_a_copy_of_the_content_is_no_edit(
    repository: Repository, workspace: Workspace
) -> None:
    """All inodes and ctimes differ, and no content."""
    edit_detector = ExternalEditDetector(repository)
    edit_detector.record_edits()
    original = workspace.documents.rename(workspace.root / "original")
    shutil.copytree(original, workspace.documents)

    assert [edit_detector.check() for _ in range(2)] == [False, True]
    assert edit_detector.record_edits() == ()
    assert not edit_detector.check()


def test_added_and_removed_records_are_recorded(
    repository: Repository, workspace: Workspace
) -> None:
    """A process without earlier stamps records them too."""
    ExternalEditDetector(repository).record_edits()
    shutil.copytree(workspace.path("events/w9"), workspace.path("events/w8"))
    shutil.rmtree(workspace.path("events/w9"))

    recorded_ids = ExternalEditDetector(repository).record_edits()

    assert set(recorded_ids) == {EVENT, RecordId(Kind.EVENT, "w8")}
    assert repository.history.changes(EVENT)[0].entry.after is None


def test_check_waits_until_files_settle(
    repository: Repository, workspace: Workspace
) -> None:
    """Git writes file after file: an incomplete edit is not recorded."""
    edit_detector = ExternalEditDetector(repository)
    edit_detector.record_edits()
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

    assert [edit_detector.check(), edit_detector.check()] == [False, True]
    edit_detector.record_edits()
    assert not edit_detector.check()


def test_a_missing_content_folder_is_an_error(
    repository: Repository, workspace: Workspace
) -> None:
    """An unmounted disk must not be recorded as a removal of all records."""
    ExternalEditDetector(repository).record_edits()
    count = len(repository.history.changes(limit=1000))
    workspace.documents.rename(workspace.root / "elsewhere")

    with pytest.raises(CorpusMissingError):
        ExternalEditDetector(repository).record_edits()

    assert not ExternalEditDetector(repository).check()
    assert len(repository.history.changes(limit=1000)) == count


def test_symbolic_links_are_not_followed(
    repository: Repository, workspace: Workspace, tmp_path: Path
) -> None:
    """All staff can read the history: it must not contain other files."""
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "fr.md").write_text("a secret of the machine", "utf-8")
    workspace.path("events/linked").symlink_to(secret)

    recorded_ids = ExternalEditDetector(repository).record_edits()

    assert RecordId(Kind.EVENT, "linked") not in recorded_ids
    assert repository.history.changes(RecordId(Kind.EVENT, "linked")) == ()
    assert repository.state(RecordId(Kind.EVENT, "linked")) is None


def test_an_empty_history_file_from_a_full_disk_is_used(repository: Repository) -> None:
    """Publishing must work again once the disk has space."""
    repository.locations.instance.mkdir(exist_ok=True)
    with no_room(), pytest.raises(WriteFailedError):
        ExternalEditDetector(repository).record_edits()
    repository.history.path.parent.mkdir(exist_ok=True)
    repository.history.path.touch()

    assert EVENT in ExternalEditDetector(repository).record_edits()
