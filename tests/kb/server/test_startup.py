"""The service as it is run."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from indexer.engines.base import IndexState
from indexer.errors import CorpusMissingError, IndexWriteError
from indexer.model.problems import Message
from indexer.pipeline import ChangeType, open_stored_engine, update
from kb.cli import serve
from kb.cli.serve import AddressInUseError, check_address, restart_if_memory_grew
from kb.core.catalogs import catalog
from kb.core.settings import Settings
from kb.server import startup
from kb.server.startup import prepare, return_freed_memory
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.server import serving

PATIENCE_S = 30


def total(address: str, text: str) -> int:
    """Give the number of records that a search finds."""
    with urllib.request.urlopen(f"{address}/api/v1/search?q={text}") as answer:  # noqa: S310
        return int(json.load(answer)["total"])


def test_it_indexes_serves_and_follows(workspace: Workspace, tmp_path: Path) -> None:
    """From nothing to answers; then an update made beside it is followed."""
    with serving(tmp_path, workspace.documents, workers=2) as address:
        assert total(address, "eclairage") == 1
        assert total(address, "drones") == 0
        workspace.replace("events/w9/fr.md", "de tout.", "de drones.")

        update(open_stored_engine(workspace.locations), workspace.corpus)

        # Each worker looks for what is new several times a second.
        deadline = time.monotonic() + PATIENCE_S
        totals: list[int] = []
        while totals != [1] * 6 and time.monotonic() < deadline:
            time.sleep(0.05)
            totals = [total(address, "drones") for _ in range(6)]
        assert totals == [1] * 6


@pytest.mark.parametrize(("large", "times"), [(0, 1), (1 << 60, 0)])
def test_a_large_index_is_served_by_a_program_begun_again(
    monkeypatch: pytest.MonkeyPatch, large: int, times: int
) -> None:
    """Once, with what it was called with."""
    begun: list[list[str]] = []
    monkeypatch.delenv("_KB_BEGUN_AGAIN", raising=False)
    monkeypatch.setattr(serve, "LARGE_BYTES", large)
    monkeypatch.setattr(os, "execv", lambda _, args: begun.append(args))

    restart_if_memory_grew()
    restart_if_memory_grew()
    monkeypatch.delenv("_KB_BEGUN_AGAIN", raising=False)

    assert begun == [[sys.executable, *sys.orig_argv[1:]]] * times


def test_starting_again_changes_nothing(workspace: Workspace) -> None:
    """A warm start only looks."""
    settings = Settings(workspace.locations)

    first, _ = prepare(Services(settings), notify=lambda _: None)
    second, _ = prepare(Services(settings), notify=lambda _: None)

    assert first is not None
    assert second is not None
    assert (first.type, second.type) == (ChangeType.REBUILT, ChangeType.NOTHING)


def test_a_damaged_index_is_mended_at_the_start(workspace: Workspace) -> None:
    """Nobody has to know of it."""
    settings = Settings(workspace.locations)
    prepare(Services(settings), notify=lambda _: None)
    for path in workspace.locations.index.rglob("*.pst"):
        path.write_bytes(b"x")

    change, _ = prepare(Services(settings), notify=lambda _: None)

    assert change is not None
    assert change.type is ChangeType.REBUILT
    assert open_stored_engine(workspace.locations).status().state is IndexState.READY


def test_a_full_disk_does_not_close_the_site(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last good index answers, and the log says why it is not newer."""
    settings = Settings(workspace.locations)
    prepare(Services(settings), notify=lambda _: None)
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    said: list[Message] = []

    def full(*_: object, **_options: object) -> None:
        raise IndexWriteError(workspace.locations.index, "No space left on device")

    monkeypatch.setattr(startup, "update", full)

    change, _ = prepare(Services(settings), notify=said.append)

    assert change is None
    french = [each.text(catalog("fr").gettext) for each in said]
    assert any("plus de place sur le disque" in each for each in french)
    assert open_stored_engine(workspace.locations).status().state is IndexState.READY


def test_an_address_in_use_is_said_at_once(workspace: Workspace) -> None:
    """Before the index is made, and not after five seconds of errors."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(AddressInUseError, match=f"KB_PORT={port}"):
            check_address(Settings(workspace.locations, port=port))


@pytest.mark.parametrize("library", [object(), None])
def test_where_memory_cannot_be_given_back_the_site_starts(
    library: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A C library may lack the calls, or not be found under that name."""

    def load(_: None) -> object:
        if library is None:
            raise OSError
        return library

    monkeypatch.setattr("ctypes.CDLL", load)

    return_freed_memory()


def test_without_content_it_does_not_start(workspace: Workspace) -> None:
    """A wrong folder is said at once."""
    shutil.rmtree(workspace.documents)

    with pytest.raises(CorpusMissingError):
        prepare(Services(Settings(workspace.locations)), notify=lambda _: None)
