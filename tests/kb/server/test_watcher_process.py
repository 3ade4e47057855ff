"""The process that follows the content is told when files change."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import watchfiles

from kb.server import watcher_process
from kb.server.content_watcher import Pause
from kb.server.watcher_process import ChangeWaiter, ClosedPipe

LONG_S = 30.0


@pytest.fixture(autouse=True)
def long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no pause end by itself while a test waits for news."""
    monkeypatch.setattr(watcher_process, "MAX_SILENCE_S", LONG_S)


@pytest.fixture
def pipe() -> Iterator[tuple[ClosedPipe, int]]:
    """Give a line, and what is to be closed at its other end."""
    ours, theirs = os.pipe()
    yield ClosedPipe(ours), theirs
    os.close(ours)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with another in it."""
    (tmp_path / "documents" / "events").mkdir(parents=True)
    return tmp_path / "documents"


def writing_again_and_again(path: Path, is_over: threading.Event) -> None:
    """Write until it is heard: who listens takes a moment to begin."""
    while not is_over.wait(0.1):
        path.write_text(str(time.monotonic()), "utf-8")


@pytest.mark.parametrize("place", ["places.yaml", "events/record.yaml"])
def test_a_pause_is_over_when_a_file_is_written(
    folder: Path, pipe: tuple[ClosedPipe, int], place: str
) -> None:
    """In the folder, or in one inside it."""
    line, theirs = pipe
    is_over = threading.Event()
    writer = threading.Thread(
        target=writing_again_and_again, args=(folder / place, is_over)
    )
    writer.start()
    began = time.monotonic()

    is_last = ChangeWaiter(folder, line)(Pause(LONG_S))

    is_over.set()
    writer.join()
    assert not is_last
    assert time.monotonic() - began < LONG_S / 2
    os.close(theirs)


def test_a_folder_that_took_the_place_of_another_is_listened_to(
    folder: Path, pipe: tuple[ClosedPipe, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when all of the content is exchanged at once."""
    line, theirs = pipe
    pauses = ChangeWaiter(folder, line)
    monkeypatch.setattr(watcher_process, "MAX_SILENCE_S", 0.1)
    pauses(Pause(LONG_S))
    monkeypatch.setattr(watcher_process, "MAX_SILENCE_S", LONG_S)
    folder.rename(folder.with_name("before"))
    folder.mkdir()
    is_over = threading.Event()
    writer = threading.Thread(
        target=writing_again_and_again, args=(folder / "places.yaml", is_over)
    )
    writer.start()
    began = time.monotonic()

    is_last = pauses(Pause(LONG_S))

    is_over.set()
    writer.join()
    assert not is_last
    assert time.monotonic() - began < LONG_S / 2
    os.close(theirs)


@pytest.mark.parametrize("is_idle", [True, False])
def test_the_last_pause_ends_when_the_line_is_closed(
    folder: Path, pipe: tuple[ClosedPipe, int], *, is_idle: bool
) -> None:
    """Whatever is waited for."""
    line, theirs = pipe
    threading.Timer(0.2, os.close, [theirs]).start()
    began = time.monotonic()

    is_last = ChangeWaiter(folder, line)(Pause(LONG_S, is_idle=is_idle))

    assert is_last
    assert time.monotonic() - began < LONG_S / 2


def test_where_the_system_does_not_tell_pauses_are_as_long_as_they_are_said_to_be(
    folder: Path,
    pipe: tuple[ClosedPipe, int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """There may be too many folders for it; the log says so once."""
    line, theirs = pipe

    def full(*_: object, **_options: object) -> Iterator[object]:
        raise OSError("no space left for watches")

    monkeypatch.setattr(watchfiles, "watch", full)
    pauses = ChangeWaiter(folder, line)

    is_last = [pauses(Pause(0.01)) for _ in range(3)]

    assert is_last == [False] * 3
    assert len(caplog.records) == 1
    assert "no space left for watches" in caplog.text
    os.close(theirs)


def test_a_folder_that_is_gone_is_waited_for(
    folder: Path, pipe: tuple[ClosedPipe, int]
) -> None:
    """It may be about to come back."""
    line, theirs = pipe

    assert not ChangeWaiter(folder / "nowhere", line)(Pause(0.01))
    os.close(theirs)
