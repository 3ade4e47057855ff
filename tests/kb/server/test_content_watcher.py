"""The watcher that indexes external edits while serving."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from indexer.errors import IndexWriteError
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message
from indexer.pipeline import open_stored_engine, update
from kb.cli.command_services import record_external_edits
from kb.contributions.contribution import ContributionKind, NewContribution
from kb.contributions.contribution_store import ContributionStore
from kb.core.locks import is_locked, is_served
from kb.core.metrics import Mark
from kb.core.settings import ServiceRole, Settings
from kb.database.model import AuditAction
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.inbox import Inbox
from kb.publishing.published.trash import Trash
from kb.server.content_watcher import ContentWatcher, Pause
from kb.services import Services
from tests.support.builders import PROJECT, Workspace, a_query
from tests.support.polling import wait_until
from tests.support.server import has_ended
from tests.support.staff import HandClock

pytestmark = pytest.mark.load
EVENT = RecordId(Kind.EVENT, "w9")
SENT = NewContribution(
    *("nonce", ContributionKind.PRACTICE, Locale.FR, None, {"title": "Lampes"}),
    name="Ana",
    address="ana@example.org",
)


@pytest.fixture
def services(workspace: Workspace) -> Services:
    """Return the services of a small site with a history."""
    update(open_stored_engine(workspace.locations), workspace.corpus)
    record_external_edits(workspace.locations, print)
    made = Services(Settings(workspace.locations))
    made.content.warm_up()
    return made


def test_an_external_edit_is_recorded_and_indexed(
    services: Services, workspace: Workspace
) -> None:
    """The watcher waits until the file no longer changes."""
    watcher = ContentWatcher(services)
    looks = [watcher.check() for _ in range(2)]
    workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")

    looks += [watcher.check() for _ in range(3)]

    assert looks == [False, True, False, True, False]
    query = a_query("dirigeables", locale=Locale.FR)
    assert [hit.id for hit in services.engine.search(query).hits] == [EVENT]
    history = History(workspace.locations.instance)
    assert history.changes(EVENT)[0].entry.action is HistoryAction.EXTERNAL_EDIT


def test_an_edit_of_the_places_is_indexed(
    services: Services, workspace: Workspace
) -> None:
    """They belong to no record."""
    watcher = ContentWatcher(services)
    looks = [watcher.check() for _ in range(2)]
    workspace.replace_silently(
        "places.yaml", "en: Newtown", "en: Oldtown", in_place=True
    )

    looks += [watcher.check() for _ in range(2)]

    assert looks == [False, True, True, False]
    query = a_query("oldtown", locale=Locale.EN)
    assert services.engine.search(query).asked_total


def test_old_records_of_the_trash_are_purged_and_logged(workspace: Workspace) -> None:
    """The service does it, since nobody would think of it."""
    clock = HandClock()
    services = Services(Settings(workspace.locations), clock=clock)
    remover = Trash(open_repository(workspace.locations, clock=clock))
    remover.delete(EVENT, actor="ada@example.org")
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


def test_personal_data_is_deleted_without_anybody_asking(workspace: Workspace) -> None:
    """Contacts of visitors, and addresses of sign-ins, after the days of settings."""
    clock = HandClock()
    settings = Settings(workspace.locations, contact_days=9, sign_in_address_days=9)
    store = ContributionStore(settings.contributions_file, days=9)
    store.add(SENT, clock(), is_confirmed=True)
    services = Services(settings, clock=clock)
    watcher, database = ContentWatcher(services), services.database
    database.audit.add("lea@example.org", AuditAction.SIGN_IN_FAILED)

    def has_contact() -> bool:
        return b"ana@example.org" in settings.contributions_file.read_bytes()

    def addresses() -> int:
        return len(database.store.rows("SELECT * FROM audit_addresses"))

    watcher.purge()
    assert has_contact()
    assert addresses() == 1
    clock.advance(days=9, seconds=1)
    watcher.purge()

    assert not has_contact()
    assert addresses() == 0


def one_round() -> Callable[[Pause], bool]:
    """Return pauses that let the content be checked once."""
    pauses = iter([False, True])
    return lambda _: next(pauses)


def test_a_purge_is_repeated_each_hour(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next purge deletes what a full disk has left; a reader deletes nothing."""
    purged_at: list[float] = []
    now = 0.0

    def purge() -> None:
        purged_at.append(now)
        raise OSError("no room")

    def monotonic() -> float:
        return now

    reader = Services(Settings(services.settings.locations, role=ServiceRole.READER))
    for watcher in (ContentWatcher(services), ContentWatcher(reader)):
        monkeypatch.setattr(watcher, "purge", purge)
        monkeypatch.setattr("kb.server.content_watcher.time.monotonic", monotonic)
        for minutes in range(0, 150, 10):
            now = minutes * 60.0
            watcher.watch(one_round())

    assert purged_at == [0, 3600, 7200]


def test_a_history_that_cannot_be_written_is_reported(workspace: Workspace) -> None:
    """It does not prevent the start."""
    told: list[Message] = []
    workspace.locations.instance.mkdir()
    (workspace.locations.instance / "history").write_text("in the way", "utf-8")

    record_external_edits(workspace.locations, told.append)

    assert len(told) == 1
    assert "history" in str(told[0])


READS_BESIDE = """
import os, signal, sys
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
    starter.stop_with_pipe(watching.end_of_service)
    starter.start()
    signal.pause()
    os._exit(0)
print(worker, flush=True)
signal.pause()
"""


def test_an_import_worker_outlives_a_gunicorn_worker_and_ends_with_the_service(
    workspace: Workspace,
) -> None:
    """Here it waits for the lock of the inbox."""
    inbox = Inbox(workspace.locations.instance)
    waits = inbox.open() / ".next.lock"
    with inbox.worker_lock():
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-c", READS_BESIDE, str(workspace.root)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        wait_until(lambda: is_locked(waits))

        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: has_ended(worker))
        assert is_locked(waits)
        process.kill()
        process.communicate()

        wait_until(lambda: not is_locked(waits))


WATCHES_BESIDE = """
import os, signal, sys
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
    signal.pause()
    os._exit(0)
print(watching.pid, worker, flush=True)
sys.stdin.read()
watching.end()
os.kill(worker, 9)
"""


@contextmanager
def watched_beside(
    workspace: Workspace, program: str = ""
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a service with a watcher process; yield it and the watcher's pid.

    `program` runs before the fork.
    """
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", program + WATCHES_BESIDE, str(workspace.root)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    watching, worker = map(int, process.stdout.readline().split())
    wait_until(lambda: is_served(workspace.locations.instance))
    try:
        yield process, watching
    finally:
        process.kill()
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        process.communicate()


def finds(workspace: Workspace, word: str) -> bool:
    """Return whether the index on disk contains a word."""
    engine = open_stored_engine(workspace.locations)
    return engine.search(a_query(word, locale=Locale.FR)).total == 1


@pytest.mark.usefixtures("services")
def test_the_watcher_process_indexes_edits_and_ends_with_the_service(
    workspace: Workspace,
) -> None:
    """No process watches afterwards."""
    with watched_beside(workspace) as (process, _):
        workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")

        wait_until(lambda: finds(workspace, "dirigeables"))
        process.communicate("")

        assert process.returncode == 0
        assert not is_served(workspace.locations.instance)


@pytest.mark.kill
@pytest.mark.usefixtures("services")
def test_the_watcher_process_ends_when_the_service_is_killed(
    workspace: Workspace,
) -> None:
    """Only a timeout would make this test fail."""
    with watched_beside(workspace) as (process, _):
        process.kill()

        wait_until(lambda: not is_served(workspace.locations.instance))


def test_a_watcher_that_takes_over_finishes_the_update_of_a_dead_one(
    services: Services, workspace: Workspace
) -> None:
    """The dead one had seen a change of a file that belongs to no record."""
    lexicon = "always:\n  - {fr: ruelle, en: alley}\n"
    workspace.path("lexicon.yaml").write_text(lexicon, "utf-8")
    services.metrics.set_mark(Mark.INDEX_BEHIND_SINCE, 1)
    generation = services.engine.generation

    watcher = ContentWatcher(services)
    watcher.acquire()

    assert watcher.check()
    assert services.engine.generation != generation
    assert services.metrics.mark(Mark.INDEX_BEHIND_SINCE) == 0


def test_the_index_is_behind_until_an_update_succeeds(
    services: Services, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A monitor sees since when a change waits."""
    watcher = ContentWatcher(services)
    watcher.check()
    watcher.check()
    update_index = services.content.update_index

    def full() -> None:
        raise IndexWriteError(workspace.locations.index, "No space left on device")

    monkeypatch.setattr(services.content, "update_index", full)
    workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")
    watcher.check()
    with pytest.raises(IndexWriteError):
        watcher.check()
    since = services.metrics.mark(Mark.INDEX_BEHIND_SINCE)
    with pytest.raises(IndexWriteError):
        watcher.check()
    assert services.metrics.mark(Mark.INDEX_BEHIND_SINCE) == since > 0

    monkeypatch.setattr(services.content, "update_index", update_index)
    watcher.check()

    assert services.metrics.mark(Mark.INDEX_BEHIND_SINCE) == 0


@pytest.mark.usefixtures("services")
def test_the_watcher_process_survives_an_error_of_the_watcher(
    workspace: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    """It starts the watcher again after a pause."""
    program = """
import itertools
from kb.server import content_watcher
from kb.server.content_watcher import ContentWatcher
content_watcher.RETRY_AFTER_S = 0.01
check, count = ContentWatcher.check, itertools.count()
def die_once(self):
    if not next(count):
        raise KeyError("once")
    return check(self)
ContentWatcher.check = die_once
"""
    with watched_beside(workspace, program) as (process, watching):
        workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")

        wait_until(lambda: finds(workspace, "dirigeables"))
        assert not has_ended(watching)
        process.communicate("")
    assert "the watcher retries" in capfd.readouterr().err


@pytest.mark.usefixtures("services")
def test_a_forked_worker_can_update_the_index(workspace: Workspace) -> None:
    """It does not inherit the locks of its parent."""
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

    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program, str(workspace.root)],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
