"""Changes made by hand, by an editor or by git, appear in the history."""

from __future__ import annotations

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


def test_the_first_time_all_is_found(repository: Repository) -> None:
    """What was there before the history began can be brought back too."""
    noticed = ExternalEditDetector(repository).record_edits()

    assert set(noticed) >= set(repository.reader.read().records)
    assert {each.entry.action for each in repository.history.changes(limit=500)} == {
        HistoryAction.FIRST_SEEN
    }
    assert ExternalEditDetector(repository).record_edits() == ()


def test_what_another_told_need_not_be_compared_again(
    repository: Repository, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker begins where the process that it was parted from ended."""
    monkeypatch.setattr("kb.publishing.changes.external_edits.PAUSE_EVERY", 1)
    first = ExternalEditDetector(repository)
    first.record_edits()
    rests: list[None] = []
    other = ExternalEditDetector(
        repository, recorded=first.recorded, pause=lambda: rests.append(None)
    )
    looks = [other.check() for _ in range(2)]
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

    looks += [other.check() for _ in range(2)]

    assert looks == [False, False, False, True]
    assert other.record_edits() == (EVENT,)
    assert rests


def test_what_is_changed_by_hand_is_told(
    repository: Repository, workspace: Workspace
) -> None:
    """With the difference to the last known state, by whichever process looks."""
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


def test_what_is_added_or_taken_away_by_hand_is_told(
    repository: Repository, workspace: Workspace
) -> None:
    """Also by a process that did not look before."""
    ExternalEditDetector(repository).record_edits()
    shutil.copytree(workspace.path("events/w9"), workspace.path("events/w8"))
    shutil.rmtree(workspace.path("events/w9"))

    noticed = ExternalEditDetector(repository).record_edits()

    assert set(noticed) == {EVENT, RecordId(Kind.EVENT, "w8")}
    assert repository.history.changes(EVENT)[0].entry.after is None


def test_what_still_changes_is_left_to_settle(
    repository: Repository, workspace: Workspace
) -> None:
    """Git writes file after file: half of it is nobody's change."""
    edit_detector = ExternalEditDetector(repository)
    edit_detector.record_edits()
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

    assert [edit_detector.check(), edit_detector.check()] == [False, True]
    edit_detector.record_edits()
    assert not edit_detector.check()


def test_a_folder_that_is_gone_is_no_change(
    repository: Repository, workspace: Workspace
) -> None:
    """A disk that is not mounted must not look like a deletion of all."""
    ExternalEditDetector(repository).record_edits()
    count = len(repository.history.changes(limit=1000))
    workspace.documents.rename(workspace.root / "elsewhere")

    with pytest.raises(CorpusMissingError):
        ExternalEditDetector(repository).record_edits()

    assert not ExternalEditDetector(repository).check()
    assert len(repository.history.changes(limit=1000)) == count


def test_nothing_that_a_link_leads_to_is_kept(
    repository: Repository, workspace: Workspace, tmp_path: Path
) -> None:
    """The history is read by all staff: no file of the machine may get into it."""
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "fr.md").write_text("a secret of the machine", "utf-8")
    workspace.path("events/linked").symlink_to(secret)

    noticed = ExternalEditDetector(repository).record_edits()

    assert RecordId(Kind.EVENT, "linked") not in noticed
    assert repository.history.changes(RecordId(Kind.EVENT, "linked")) == ()
    assert repository.state(RecordId(Kind.EVENT, "linked")) is None


def test_a_history_that_was_begun_on_a_full_disk_begins_again(
    repository: Repository,
) -> None:
    """Once there is room: else nothing could be published ever after."""
    repository.locations.instance.mkdir(exist_ok=True)
    with no_room(), pytest.raises(WriteFailedError):
        ExternalEditDetector(repository).record_edits()
    repository.history.database.parent.mkdir(exist_ok=True)
    repository.history.database.touch()

    assert EVENT in ExternalEditDetector(repository).record_edits()
