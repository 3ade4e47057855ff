"""Changes made by hand, by an editor or by git, appear in the history."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer.errors import CorpusMissingError
from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.external_edits import Noticer
from kb.publishing.changes.repository import Holdings, open_holdings
from kb.publishing.errors import WriteFailedError
from kb.publishing.history.differences import compare_states
from kb.publishing.history.history_entries import Action
from tests.support.builders import Workspace
from tests.support.disks import no_room

EVENT = RecordId(Kind.EVENT, "w9")


def test_the_first_time_all_is_found(holdings: Holdings) -> None:
    """What was there before the history began can be brought back too."""
    noticed = Noticer(holdings).notice()

    assert set(noticed) >= set(holdings.reader.read().records)
    assert {each.entry.action for each in holdings.history.changes(limit=500)} == {
        Action.FOUND
    }
    assert Noticer(holdings).notice() == ()


def test_what_another_told_need_not_be_compared_again(
    holdings: Holdings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker begins where the process that it was parted from ended."""
    monkeypatch.setattr("kb.publishing.changes.external_edits.RESTED_EVERY", 1)
    first = Noticer(holdings)
    first.notice()
    rests: list[None] = []
    other = Noticer(holdings, told=first.told, rest=lambda: rests.append(None))
    looks = [other.look() for _ in range(2)]
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

    looks += [other.look() for _ in range(2)]

    assert looks == [False, False, False, True]
    assert other.notice() == (EVENT,)
    assert rests


def test_what_is_changed_by_hand_is_told(
    holdings: Holdings, workspace: Workspace
) -> None:
    """With the difference to the last known state, by whichever process looks."""
    noticer = Noticer(holdings)
    noticer.notice()
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    other = Noticer(open_holdings(workspace.locations))

    assert noticer.notice() == (EVENT,)

    assert other.notice() == ()
    entry = holdings.history.changes(EVENT)[0].entry
    assert entry.action is Action.BY_HAND
    (told,) = compare_states(EVENT.kind, holdings.history, entry.before, entry.after)
    assert [piece.text for piece in told.new if piece.is_marked] == ["drones"]


def test_what_is_added_or_taken_away_by_hand_is_told(
    holdings: Holdings, workspace: Workspace
) -> None:
    """Also by a process that did not look before."""
    Noticer(holdings).notice()
    shutil.copytree(workspace.path("events/w9"), workspace.path("events/w8"))
    shutil.rmtree(workspace.path("events/w9"))

    noticed = Noticer(holdings).notice()

    assert set(noticed) == {EVENT, RecordId(Kind.EVENT, "w8")}
    assert holdings.history.changes(EVENT)[0].entry.after is None


def test_what_still_changes_is_left_to_settle(
    holdings: Holdings, workspace: Workspace
) -> None:
    """Git writes file after file: half of it is nobody's change."""
    noticer = Noticer(holdings)
    noticer.notice()
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

    assert [noticer.look(), noticer.look()] == [False, True]
    noticer.notice()
    assert not noticer.look()


def test_a_folder_that_is_gone_is_no_change(
    holdings: Holdings, workspace: Workspace
) -> None:
    """A disk that is not mounted must not look like a deletion of all."""
    Noticer(holdings).notice()
    count = len(holdings.history.changes(limit=1000))
    workspace.documents.rename(workspace.root / "elsewhere")

    with pytest.raises(CorpusMissingError):
        Noticer(holdings).notice()

    assert not Noticer(holdings).look()
    assert len(holdings.history.changes(limit=1000)) == count


def test_nothing_that_a_link_leads_to_is_kept(
    holdings: Holdings, workspace: Workspace, tmp_path: Path
) -> None:
    """The history is read by all staff: no file of the machine may get into it."""
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "fr.md").write_text("a secret of the machine", "utf-8")
    workspace.path("events/linked").symlink_to(secret)

    noticed = Noticer(holdings).notice()

    assert RecordId(Kind.EVENT, "linked") not in noticed
    assert holdings.history.changes(RecordId(Kind.EVENT, "linked")) == ()
    assert holdings.state(RecordId(Kind.EVENT, "linked")) is None


def test_a_history_that_was_begun_on_a_full_disk_begins_again(
    holdings: Holdings,
) -> None:
    """Once there is room: else nothing could be published ever after."""
    holdings.locations.instance.mkdir(exist_ok=True)
    with no_room(), pytest.raises(WriteFailedError):
        Noticer(holdings).notice()
    holdings.history.database.parent.mkdir(exist_ok=True)
    holdings.history.database.touch()

    assert EVENT in Noticer(holdings).notice()
