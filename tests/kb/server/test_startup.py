"""The start of the service."""

import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from indexer.engines.base import IndexState
from indexer.errors import CorpusMissingError, IndexWriteError
from indexer.model.problems import Message
from indexer.pipeline import ChangeType, open_stored_engine, update
from kb.cli import serve
from kb.cli.command_services import CommandError
from kb.cli.serve import check_address, restart_if_memory_grew
from kb.core.catalogs import catalog
from kb.core.metrics import Mark
from kb.core.settings import Settings
from kb.server.startup import prepare
from kb.services import Services, live_content
from tests.support.builders import Workspace
from tests.support.polling import wait_until
from tests.support.server import serving, total

pytestmark = pytest.mark.load

PATIENCE_S = 30


def test_kb_serve_indexes_serves_and_follows_updates(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The index is made at the start, and then updated by another process."""
    with serving(tmp_path, workspace.documents, workers=2) as address:
        assert total(address, "eclairage") == 1
        assert total(address, "drones") == 0
        workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

        update(open_stored_engine(workspace.locations), workspace.corpus)

        # Each worker looks for what is new several times a second.
        wait_until(lambda: [total(address, "drones") for _ in range(6)] == [1] * 6)


def test_kb_serve_adds_the_requests_of_all_workers_and_is_ready(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Whichever worker answers, the metrics are the same."""
    with serving(tmp_path, workspace.documents, workers=2) as address:
        wait_until(lambda: is_ready(address))
        for _ in range(30):
            total(address, "rue")

        texts = {metrics(address) for _ in range(20)}

    assert texts == {'kb_requests_total{group="search",status="2xx"} 30.0'}


def is_ready(address: str) -> bool:
    """Return whether all checks succeed, as soon as the watcher process runs."""
    try:
        with urllib.request.urlopen(f"{address}/readyz"):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return False


def metrics(address: str) -> str:
    """Return the metric of successful searches."""
    with urllib.request.urlopen(f"{address}/metrics") as answer:  # noqa: S310
        lines: list[str] = answer.read().decode().splitlines()
    start = 'kb_requests_total{group="search",status="2xx"}'
    return next(line for line in lines if line.startswith(start))


@pytest.mark.parametrize(("large", "times"), [(0, 1), (1 << 60, 0)])
def test_the_program_restarts_once_after_a_large_rebuild(
    monkeypatch: pytest.MonkeyPatch, large: int, times: int
) -> None:
    """It keeps its arguments."""
    begun: list[list[str]] = []
    monkeypatch.delenv("_KB_BEGUN_AGAIN", raising=False)
    monkeypatch.setattr(serve, "LARGE_BYTES", large)
    monkeypatch.setattr(os, "execv", lambda _, args: begun.append(args))

    restart_if_memory_grew()
    restart_if_memory_grew()
    monkeypatch.delenv("_KB_BEGUN_AGAIN", raising=False)

    assert begun == [[sys.executable, *sys.orig_argv[1:]]] * times


def test_a_start_reports_files_that_it_cannot_make_private(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of another account keep their permissions, and the service starts."""
    notified: list[str] = []

    def refuse(folder: Path) -> int:
        raise PermissionError(1, "Operation not permitted", str(folder / "file"))

    monkeypatch.setattr("kb.server.startup.make_private", refuse)

    change = prepare(
        Services(Settings(workspace.locations)),
        notify=lambda each: notified.append(each.text(str)),
    )

    assert change is not None
    for folder in (workspace.locations.instance, workspace.locations.index):
        assert any(f"may read files of {folder}: " in each for each in notified)


@pytest.mark.parametrize(
    ("missing", "count"), [((), 0), (("Landlock", "libseccomp"), 1)]
)
def test_a_start_without_isolation_says_so_once(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    missing: tuple[str, ...],
    count: int,
) -> None:
    """Files are read all the same; with isolation, the start has nothing to say."""
    notified: list[str] = []
    monkeypatch.setattr("kb.server.startup.missing_isolation", lambda: missing)

    prepare(
        Services(Settings(workspace.locations)),
        notify=lambda each: notified.append(each.text(str)),
    )

    lines = [each for each in notified if "less isolation" in each]
    assert len(lines) == count
    assert all("Landlock + libseccomp" in each for each in lines)


def test_a_second_start_does_not_change_the_index(workspace: Workspace) -> None:
    """It only verifies the index."""
    settings = Settings(workspace.locations)

    first = prepare(Services(settings), notify=lambda _: None)
    second = prepare(Services(settings), notify=lambda _: None)

    assert first is not None
    assert second is not None
    assert (first.type, second.type) == (ChangeType.REBUILT, ChangeType.NOTHING)


def test_a_damaged_index_is_rebuilt_at_the_start(workspace: Workspace) -> None:
    """No administrator has to act."""
    settings = Settings(workspace.locations)
    prepare(Services(settings), notify=lambda _: None)
    for path in workspace.locations.index.rglob("*.pst"):
        path.write_bytes(b"x")

    change = prepare(Services(settings), notify=lambda _: None)

    assert change is not None
    assert change.type is ChangeType.REBUILT
    assert open_stored_engine(workspace.locations).status().state is IndexState.READY


def test_the_site_starts_on_a_full_disk(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last good index answers, and a message says why it is not newer."""
    settings = Settings(workspace.locations)
    prepare(Services(settings), notify=lambda _: None)
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    said: list[Message] = []

    def full(*_: object, **_options: object) -> None:
        raise IndexWriteError(workspace.locations.index, "No space left on device")

    monkeypatch.setattr(live_content, "update", full)

    services = Services(settings)
    change = prepare(services, notify=said.append)

    assert change is None
    assert services.metrics.mark(Mark.INDEX_BEHIND_SINCE) > 0, "nobody would retry"
    french = [each.text(catalog("fr").gettext) for each in said]
    assert any("plus de place sur le disque" in each for each in french)
    assert open_stored_engine(workspace.locations).status().state is IndexState.READY


def test_an_address_in_use_is_reported_before_the_index_is_made(
    workspace: Workspace,
) -> None:
    """Gunicorn would report it after five seconds of retries."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(CommandError, match=f"KB_PORT={port}"):
            check_address(Settings(workspace.locations, port=port))


def test_without_content_the_start_fails(workspace: Workspace) -> None:
    """A wrong folder is reported at once."""
    shutil.rmtree(workspace.documents)

    with pytest.raises(CorpusMissingError):
        prepare(Services(Settings(workspace.locations)), notify=lambda _: None)
