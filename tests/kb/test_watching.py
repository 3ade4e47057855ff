"""What is changed by hand while serving is told and found, without anyone asking."""

from __future__ import annotations

import subprocess
import sys

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message
from indexer.pipeline import open_stored_engine, update
from kb.publishing.changes.holdings import open_holdings
from kb.publishing.history.entries import Action
from kb.publishing.history.history import History
from kb.publishing.published.removing import Remover
from kb.services import Services
from kb.settings import Settings
from kb.state.model import Action as Logged
from kb.watching import Watcher, notice_changes
from tests.support.builders import PROJECT, Workspace, a_query
from tests.support.staff import HandClock

EVENT = RecordId(Kind.EVENT, "w9")


@pytest.fixture
def services(workspace: Workspace) -> Services:
    """Give the services of a small site whose history has begun."""
    update(open_stored_engine(workspace.locations), workspace.corpus)
    notice_changes(workspace.locations, print)
    made = Services(Settings(workspace.locations))
    made.warm_up()
    return made


def test_a_change_by_hand_is_told_and_found(
    services: Services, workspace: Workspace
) -> None:
    """Once the files have settled."""
    watcher = Watcher(services)
    looks = [watcher.look() for _ in range(2)]
    workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")

    looks += [watcher.look() for _ in range(3)]

    assert looks == [False, True, False, True, False]
    query = a_query("dirigeables", locale=Locale.FR)
    assert [hit.id for hit in services.engine.search(query).hits] == [EVENT]
    history = History(workspace.locations.instance / "history")
    assert history.changes(EVENT)[0].entry.action is Action.BY_HAND


def test_what_was_put_aside_long_ago_is_forgotten_and_logged(
    workspace: Workspace,
) -> None:
    """The service does it: nobody would think of it."""
    clock = HandClock()
    services = Services(Settings(workspace.locations), clock=clock)
    remover = Remover(open_holdings(workspace.locations, clock=clock))
    remover.delete(EVENT, who="ada@example.org")
    watcher = Watcher(services)

    watcher.purge()
    clock.advance(days=91)
    kept = remover.all()
    watcher.purge()

    assert [each.record for each in kept] == [EVENT]
    assert remover.all() == ()
    (line,) = services.state.audit.newest(limit=9)
    assert (line.actor, line.action) == ("kb", Logged.RECORD_PURGED)
    assert line.subject == str(EVENT)
    services.close()


def test_a_history_that_can_not_be_told_is_said_to(workspace: Workspace) -> None:
    """And nothing else stops for it."""
    told: list[Message] = []
    workspace.locations.instance.mkdir()
    (workspace.locations.instance / "history").write_text("in the way", "utf-8")

    notice_changes(workspace.locations, told.append)

    assert len(told) == 1
    assert "history" in str(told[0])


def test_a_worker_that_was_parted_from_another_process_can_index(
    services: Services, workspace: Workspace
) -> None:
    """The locks of the first are none of its own."""
    program = """
import os, sys
from pathlib import Path
from indexer.pipeline import Locations, update
from kb.services import Services
from kb.settings import Settings
from kb.watching import Watcher
root = Path(sys.argv[1])
services = Services(
    Settings(Locations(root / "documents", root / "index", root / "instance"))
)
with services.engine.exclusive():
    update(services.engine, services.read)
child = os.fork()
if not child:
    watcher = Watcher(services)
    watcher.look()
    os._exit(0 if watcher.look() else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    services.close()

    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program, str(workspace.root)],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
