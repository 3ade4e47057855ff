"""What is changed by hand while serving is told and found, without anyone asking."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message
from indexer.pipeline import open_stored_engine, update
from kb.cli.external_edit_log import record_external_edits
from kb.core.settings import Settings
from kb.database.model import AuditAction
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.inbox import Inbox
from kb.publishing.published.trash import Trash
from kb.server.content_watcher import ContentWatcher
from kb.server.watcher_lock import is_served
from kb.services import Services
from tests.support.builders import PROJECT, Workspace, a_query
from tests.support.staff import HandClock

EVENT = RecordId(Kind.EVENT, "w9")
PATIENCE_S = 30


@pytest.fixture
def services(workspace: Workspace) -> Services:
    """Give the services of a small site whose history has begun."""
    update(open_stored_engine(workspace.locations), workspace.corpus)
    record_external_edits(workspace.locations, print)
    made = Services(Settings(workspace.locations))
    made.content.warm_up()
    return made


def test_a_change_by_hand_is_told_and_found(
    services: Services, workspace: Workspace
) -> None:
    """Once the files have settled."""
    watcher = ContentWatcher(services)
    looks = [watcher.check() for _ in range(2)]
    workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")

    looks += [watcher.check() for _ in range(3)]

    assert looks == [False, True, False, True, False]
    query = a_query("dirigeables", locale=Locale.FR)
    assert [hit.id for hit in services.engine.search(query).hits] == [EVENT]
    history = History(workspace.locations.instance / "history")
    assert history.changes(EVENT)[0].entry.action is HistoryAction.BY_HAND


def test_what_was_put_aside_long_ago_is_forgotten_and_logged(
    workspace: Workspace,
) -> None:
    """The service does it: nobody would think of it."""
    clock = HandClock()
    services = Services(Settings(workspace.locations), clock=clock)
    remover = Trash(open_repository(workspace.locations, clock=clock))
    remover.delete(EVENT, who="ada@example.org")
    watcher = ContentWatcher(services)

    watcher.purge()
    clock.advance(days=91)
    kept = remover.all()
    watcher.purge()

    assert [each.record for each in kept] == [EVENT]
    assert remover.all() == ()
    (line,) = services.database.audit.newest(limit=9)
    assert (line.actor, line.action) == ("kb", AuditAction.RECORD_PURGED)
    assert line.subject == str(EVENT)
    services.close()


def test_a_history_that_can_not_be_told_is_said_to(workspace: Workspace) -> None:
    """And nothing else stops for it."""
    told: list[Message] = []
    workspace.locations.instance.mkdir()
    (workspace.locations.instance / "history").write_text("in the way", "utf-8")

    record_external_edits(workspace.locations, told.append)

    assert len(told) == 1
    assert "history" in str(told[0])


READS_BESIDE = """
import os, sys, time
from pathlib import Path
from indexer.pipeline import Locations
from kb.publishing.imports.worker_launcher import WorkerLauncher
from kb.services import Services
from kb.core.settings import Settings
from kb.server.watcher_process import WatcherProcess
root = Path(sys.argv[1])
locations = Locations(root / "documents", root / "index", root / "instance")
watching = WatcherProcess(Services(Settings(locations)), None)
worker = os.fork()
if not worker:
    watching.leave()
    starter = WorkerLauncher(locations)
    starter.ends_with(watching.end_of_service)
    starter.start()
    time.sleep(60)
    os._exit(0)
print(worker, flush=True)
time.sleep(60)
"""


def test_who_reads_outlives_a_worker_and_ends_with_the_service(
    workspace: Workspace,
) -> None:
    """However long it would have read, or waited for its turn, as it does here."""
    inbox = Inbox(workspace.locations.instance)
    waits = inbox.open() / ".next.lock"
    with inbox.turn():
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-c", READS_BESIDE, str(workspace.root)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        wait_for(lambda: is_taken(waits))

        os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        assert is_taken(waits)
        process.kill()
        process.communicate()

        wait_for(lambda: not is_taken(waits))


def is_taken(lock: Path) -> bool:
    """Tell whether a process holds a lock."""
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True


WATCHES_BESIDE = """
import os, sys, time
from pathlib import Path
from indexer.pipeline import Locations
from kb.services import Services
from kb.core.settings import Settings
from kb.server.watcher_process import WatcherProcess
root = Path(sys.argv[1])
services = Services(
    Settings(Locations(root / "documents", root / "index", root / "instance"))
)
watching = WatcherProcess(services, None)
worker = os.fork()
if not worker:
    watching.leave()
    time.sleep(60)
    os._exit(0)
print(watching.pid, worker, flush=True)
sys.stdin.read()
watching.end()
os.kill(worker, 9)
"""


@contextmanager
def watched_beside(
    workspace: Workspace,
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Have a process begin another that watches, and a worker; give both but that."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", WATCHES_BESIDE, str(workspace.root)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    watching, worker = map(int, process.stdout.readline().split())
    wait_for(lambda: is_served(workspace.locations))
    try:
        yield process, watching
    finally:
        process.kill()
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        process.communicate()


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    latest = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < latest
        time.sleep(0.05)


def finds(workspace: Workspace, word: str) -> bool:
    """Tell whether a new process would find a word."""
    engine = open_stored_engine(workspace.locations)
    return engine.search(a_query(word, locale=Locale.FR)).total == 1


def test_a_process_watches_beside_the_workers_and_ends_with_the_service(
    services: Services, workspace: Workspace
) -> None:
    """What is changed by hand is found; nothing goes on watching afterwards."""
    services.close()
    with watched_beside(workspace) as (process, _):
        workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")

        wait_for(lambda: finds(workspace, "dirigeables"))
        process.communicate("")

        assert process.returncode == 0
        assert not is_served(workspace.locations)


def test_a_process_that_watches_does_not_outlive_a_service_that_was_killed(
    services: Services, workspace: Workspace
) -> None:
    """Its worker does for a moment."""
    services.close()
    with watched_beside(workspace) as (process, _):
        process.kill()

        wait_for(lambda: not is_served(workspace.locations))


def test_a_worker_watches_when_the_process_that_did_is_dead(
    services: Services, workspace: Workspace
) -> None:
    """As soon as it looks whether another does."""
    watcher = ContentWatcher(services)
    with watched_beside(workspace) as (process, watching):
        os.kill(watching, signal.SIGKILL)
        wait_for(lambda: not is_served(workspace.locations))
        workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")
        looks = iter([False, False, False, True])

        watcher.watch(lambda _: next(looks))
        process.communicate("")

        assert process.returncode == 0
    assert finds(workspace, "dirigeables")
    services.close()


def test_a_worker_that_was_parted_from_another_process_can_index(
    services: Services, workspace: Workspace
) -> None:
    """The locks of the first are none of its own."""
    program = """
import os, sys
from pathlib import Path
from indexer.pipeline import Locations, update
from kb.services import Services
from kb.core.settings import Settings
from kb.server.content_watcher import ContentWatcher
root = Path(sys.argv[1])
services = Services(
    Settings(Locations(root / "documents", root / "index", root / "instance"))
)
with services.engine.exclusive():
    update(services.engine, services.content.read)
child = os.fork()
if not child:
    watcher = ContentWatcher(services)
    watcher.check()
    os._exit(0 if watcher.check() else 1)
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
