"""The pauses of the watcher process."""

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

pytestmark = pytest.mark.load

LONG_S = 30.0


@pytest.fixture(autouse=True)
def long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pauses long enough that only a change or a closed pipe ends them."""
    monkeypatch.setattr(watcher_process, "MAX_SILENCE_S", LONG_S)


@pytest.fixture
def pipe() -> Iterator[tuple[ClosedPipe, int]]:
    """Return the read end of a pipe, and the descriptor of its write end."""
    ours, theirs = os.pipe()
    yield ClosedPipe(ours), theirs
    os.close(ours)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a subfolder."""
    (tmp_path / "documents" / "events").mkdir(parents=True)
    return tmp_path / "documents"


def write_repeatedly(path: Path, is_over: threading.Event) -> None:
    """Write a file until the event is set: the watch takes a moment to start."""
    while not is_over.wait(0.1):
        path.write_text(str(time.monotonic()), "utf-8")


@pytest.mark.parametrize("place", ["places.yaml", "events/record.yaml"])
def test_a_pause_ends_when_a_file_is_written(
    folder: Path, pipe: tuple[ClosedPipe, int], place: str
) -> None:
    """The file may be in the folder or in a subfolder."""
    line, theirs = pipe
    is_over = threading.Event()
    writer = threading.Thread(target=write_repeatedly, args=(folder / place, is_over))
    writer.start()
    began = time.monotonic()

    is_last = ChangeWaiter(folder, line)(Pause(LONG_S))

    is_over.set()
    writer.join()
    assert not is_last
    assert time.monotonic() - began < LONG_S / 2
    os.close(theirs)


def test_a_folder_that_replaced_another_is_watched(
    folder: Path, pipe: tuple[ClosedPipe, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore swaps the whole content."""
    line, theirs = pipe
    pauses = ChangeWaiter(folder, line)
    monkeypatch.setattr(watcher_process, "MAX_SILENCE_S", 0.1)
    pauses(Pause(LONG_S))
    monkeypatch.setattr(watcher_process, "MAX_SILENCE_S", LONG_S)
    folder.rename(folder.with_name("before"))
    folder.mkdir()
    is_over = threading.Event()
    writer = threading.Thread(
        target=write_repeatedly, args=(folder / "places.yaml", is_over)
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
def test_a_pause_ends_when_the_pipe_is_closed(
    folder: Path, pipe: tuple[ClosedPipe, int], *, is_idle: bool
) -> None:
    """The service has ended."""
    line, theirs = pipe
    threading.Timer(0.2, os.close, [theirs]).start()
    began = time.monotonic()

    is_last = ChangeWaiter(folder, line)(Pause(LONG_S, is_idle=is_idle))

    assert is_last
    assert time.monotonic() - began < LONG_S / 2


def test_without_inotify_pauses_last_as_long_as_they_say(
    folder: Path,
    pipe: tuple[ClosedPipe, int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """There may be too many folders for inotify; the log says so once."""
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


def test_a_missing_folder_is_no_error(
    folder: Path, pipe: tuple[ClosedPipe, int]
) -> None:
    """It may be in the middle of a swap."""
    line, theirs = pipe

    assert not ChangeWaiter(folder / "nowhere", line)(Pause(0.01))
    os.close(theirs)
