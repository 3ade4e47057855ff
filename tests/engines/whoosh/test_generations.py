"""Generations: only verified indexes are opened, and none is changed in place."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from indexer.engines.base import IndexState, SearchEngine
from indexer.engines.registry import EngineName, open_engine
from indexer.engines.whoosh import generations
from indexer.engines.whoosh.search.snapshot import open_snapshot
from indexer.errors import IndexUnavailableError, IndexWriteError
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message
from tests.support.builders import PROJECT, a_query, a_record


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return the folder of an index with one record."""
    an_engine(tmp_path / "index").rebuild([a_record("Vélos", slug="bikes")])
    return tmp_path / "index"


def an_engine(index: Path) -> SearchEngine:
    """Open an engine, like a new process."""
    return open_engine(EngineName.WHOOSH, index, index.parent / "secret" / "index.key")


def files_of(index: Path) -> list[Path]:
    """Return the files of the current generation."""
    current = index / "generations" / (index / "current").read_text()
    return sorted(current.iterdir())


def test_folders_and_key_are_private_to_the_user(index: Path) -> None:
    """Whoever can write there can run code in this process."""
    key = index.parent / "secret" / "index.key"

    assert index.stat().st_mode & 0o777 == 0o700
    assert files_of(index)[0].parent.stat().st_mode & 0o777 == 0o700
    assert key.stat().st_mode & 0o777 == 0o600


def damaged(path: Path, damage: str) -> bytes:
    """Damage a file, and return the bytes it had."""
    whole = path.read_bytes()
    if damage == "truncate":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flip":
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    else:
        path.unlink()
    return whole


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete"])
def test_a_damaged_file_makes_the_index_unavailable(index: Path, damage: str) -> None:
    """The damage is detected before Whoosh opens a file."""
    for path in files_of(index):
        whole = damaged(path, damage)

        assert an_engine(index).status().state is IndexState.DAMAGED, path.name
        with pytest.raises(IndexUnavailableError):
            an_engine(index).search(a_query("vélos"))

        path.write_bytes(whole)
    assert an_engine(index).search(a_query("vélos")).total == 1


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete"])
def test_status_detects_damage_after_it_verified_the_files(
    index: Path, damage: str
) -> None:
    """Changed files are read again."""
    engine = an_engine(index)
    assert engine.status().state is IndexState.READY
    for path in files_of(index):
        whole = damaged(path, damage)

        assert engine.status().state is IndexState.DAMAGED, path.name

        path.write_bytes(whole)
        assert engine.status().state is IndexState.READY
    assert engine.search(a_query("vélos")).total == 1


def test_status_does_not_read_unchanged_files_again(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 100,000 passages, each change would take a third of a second more."""
    engine = an_engine(index)
    engine.status()
    monkeypatch.delattr(generations, "_read")

    assert engine.status().state is IndexState.READY


def test_an_index_signed_with_another_key_is_not_opened(
    index: Path, tmp_path: Path
) -> None:
    """It may contain anything, even when it is whole."""
    elsewhere = tmp_path / "elsewhere" / "index"
    an_engine(elsewhere).rebuild([a_record("Piège", slug="trap")])
    shutil.rmtree(index)
    shutil.copytree(elsewhere, index)
    index.chmod(0o700)

    assert an_engine(index).status().state is IndexState.DAMAGED
    assert "not ours" in an_engine(index).status().reason


def test_a_foreign_pickle_among_the_files_is_not_loaded(
    index: Path, tmp_path: Path
) -> None:
    """Whoosh unpickles its table of contents, which is verified first."""

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(tmp_path / "ran"),))

    contents = next(path for path in files_of(index) if path.name.endswith(".toc"))
    contents.write_bytes(pickle.dumps(Trap()))

    with pytest.raises(IndexUnavailableError):
        an_engine(index).search(a_query("vélos"))
    assert not (tmp_path / "ran").exists()


def test_a_folder_that_others_can_write_to_is_not_opened(index: Path) -> None:
    """The status has the reason."""
    index.chmod(0o777)

    assert "not private" in an_engine(index).status().reason


def test_the_generation_before_is_searched_when_the_current_one_is_damaged(
    index: Path,
) -> None:
    """It stays on disk for this."""
    an_engine(index).rebuild([a_record("Drones", slug="drones")])
    files_of(index)[0].write_bytes(b"")

    page = an_engine(index).search(a_query("vélos"))

    assert [hit.id.slug for hit in page.hits] == ["bikes"]


def test_older_generations_are_deleted(index: Path) -> None:
    """Only the current one and the one before stay."""
    engine = an_engine(index)
    for number in range(5):
        engine.upsert([a_record("Vélos", slug=f"r{number}")])

    names = sorted(path.name[:6] for path in (index / "generations").iterdir())

    assert names == ["000005", "000006"]


def test_an_index_of_another_version_is_outdated(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be neither searched nor changed."""
    monkeypatch.setattr("indexer.engines.whoosh.engine.VERSION", "whoosh of tomorrow")

    engine = an_engine(index)

    assert engine.status().state is IndexState.OUTDATED
    with pytest.raises(IndexUnavailableError):
        engine.search(a_query("vélos"))
    with pytest.raises(IndexUnavailableError):
        engine.upsert([a_record()])


@pytest.mark.parametrize("cause", ["damage", "version"])
def test_texts_are_erased_from_a_valid_index_only(
    index: Path, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    """The generation before still has the removed record: it is not made current."""
    removed = RecordId(Kind.PRACTICE, "bikes")
    an_engine(index).upsert([a_record("Drones", slug="drones")], delete=[removed])
    if cause == "damage":
        files_of(index)[0].write_bytes(b"")
    else:
        monkeypatch.setattr("indexer.engines.whoosh.engine.VERSION", "of tomorrow")
    engine, current = an_engine(index), (index / "current").read_text()

    with pytest.raises(IndexUnavailableError):
        engine.erase_replaced_texts()

    assert (index / "current").read_text() == current
    assert engine.has_replaced_texts


def test_a_search_uses_the_generation_that_another_process_wrote(index: Path) -> None:
    """At once, without a refresh."""
    reader = an_engine(index)
    assert reader.search(a_query("drones")).total == 0

    an_engine(index).upsert([a_record("Drones", slug="drones")])

    assert reader.search(a_query("drones")).total == 1


def test_searches_continue_when_files_on_disk_are_lost(index: Path) -> None:
    """The verified bytes are in memory."""
    reader = an_engine(index)
    assert reader.search(a_query("vélos")).total == 1

    for path in files_of(index):
        path.write_bytes(b"")
    assert reader.search(a_query("vélos")).total == 1
    (index / "current").write_text("000099")
    assert reader.search(a_query("vélos")).total == 1
    shutil.rmtree(index)
    assert reader.search(a_query("vélos")).total == 1


def test_an_index_that_was_deleted_and_made_again_is_opened(index: Path) -> None:
    """Its first generation has another name than the first one before."""
    reader = an_engine(index)
    assert reader.search(a_query("vélos")).total == 1
    shutil.rmtree(index)

    an_engine(index).rebuild([a_record("Drones", slug="drones")])

    assert reader.search(a_query("drones")).total == 1
    assert reader.search(a_query("vélos")).total == 0


def test_the_folder_of_the_index_may_be_a_symbolic_link(
    index: Path, tmp_path: Path
) -> None:
    """Data is often on another disk."""
    link = tmp_path / "link"
    link.symlink_to(index)
    engine = open_engine(EngineName.WHOOSH, link, index.parent / "secret" / "index.key")

    engine.upsert([a_record("Drones", slug="drones")])

    assert engine.search(a_query("drones")).total == 1


def test_an_invalid_name_in_current_is_ignored(index: Path) -> None:
    """A path outside the index is not followed."""
    (index / "current").write_text("../../elsewhere")

    assert an_engine(index).status().state is IndexState.MISSING
    assert an_engine(index).search(a_query("vélos")).total == 1


def test_a_failed_write_changes_nothing(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new generation is deleted, and a later write succeeds."""

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("indexer.engines.whoosh.engine.change_index", full_disk)
    engine = an_engine(index)

    with pytest.raises(IndexWriteError) as raised:
        engine.upsert([a_record("Drones", slug="drones")])

    # The words of the system alone, which the catalog knows.
    assert raised.value.reason == "No space left on device"
    assert engine.search(a_query("vélos")).total == 1
    assert len(list((index / "generations").iterdir())) == 1
    monkeypatch.undo()
    engine.upsert([a_record("Drones", slug="drones")])
    assert engine.search(a_query("drones")).total == 1


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from indexer.engines.registry import EngineName, open_engine
    from tests.support.builders import a_record

    step, index = int(sys.argv[1]), Path(sys.argv[2])
    seen = 0

    def count(event, _):
        global seen
        if event == "open" or event.startswith(("os.", "shutil.")):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    key = index.parent / "secret" / "index.key"
    engine = open_engine(EngineName.WHOOSH, index, key)
    sys.addaudithook(count)
    engine.upsert([a_record("Drones", slug="drones")])
    print(seen)
"""


@pytest.mark.kill
def test_a_kill_at_any_step_leaves_the_old_index_or_the_new(index: Path) -> None:
    """The index is valid, and can be changed again."""
    pristine = index.parent / "pristine"
    shutil.copytree(index, pristine)
    steps = run_killed(index, step=0)
    assert steps > 10
    outcomes = set()
    for step in range(1, steps + 1, max(1, steps // 12)):
        shutil.rmtree(index)
        shutil.copytree(pristine, index)
        index.chmod(0o700)

        run_killed(index, step=step)

        engine = an_engine(index)
        assert engine.status().state is IndexState.READY
        assert engine.search(a_query("vélos")).total == 1
        outcomes.add(engine.search(a_query("drones")).total)
        engine.upsert([a_record("Trottinettes", slug="after")])
        assert engine.search(a_query("trottinettes")).total == 1
    assert 0 in outcomes


def run_killed(index: Path, *, step: int) -> int:
    """Change the index in a process that kills itself at a step; return the steps."""
    done = subprocess.run(  # noqa: S603  # our own interpreter, our own text
        [sys.executable, "-c", textwrap.dedent(KILLED), str(step), str(index)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (-signal.SIGKILL if step else 0), done.stderr
    return int(done.stdout or 0)


def test_a_second_writer_notifies_and_waits(index: Path) -> None:
    """Both changes are in the index in the end."""
    messages: list[str] = []
    waiting = threading.Event()

    def note(message: Message) -> None:
        messages.append(str(message))
        waiting.set()

    key = index.parent / "secret" / "index.key"
    second = open_engine(EngineName.WHOOSH, index, key, notify=note)
    script = """
        import sys
        from pathlib import Path
        from indexer.engines.whoosh.generations import Generations

        index = Path(sys.argv[1])
        keeper = Generations(index, index.parent / "secret" / "index.key", notify=print)
        with keeper.writing():
            print("holding", flush=True)
            sys.stdin.readline()
    """
    holder = subprocess.Popen(  # noqa: S603  # our own interpreter, our own text
        [sys.executable, "-c", textwrap.dedent(script), str(index)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    writer = threading.Thread(
        target=lambda: second.upsert([a_record("Drones", slug="drones")])
    )
    writer.start()
    assert waiting.wait(timeout=20)
    holder.communicate("\n")
    writer.join(timeout=20)

    assert messages == [
        "another process is writing the index; waiting for it to finish"
    ]
    assert second.search(a_query("drones")).total == 1
    assert second.search(a_query("vélos")).total == 1


def test_an_invalid_stamp_makes_the_index_damaged(index: Path) -> None:
    """Whatever its content."""
    stamp = next(path for path in files_of(index) if path.name == "stamp.json")
    for text in ("", "{}", "[]", "null", json.dumps({"stamp": 3, "signature": None})):
        stamp.write_text(text)

        assert an_engine(index).status().state is IndexState.DAMAGED


def test_an_index_without_its_key_is_damaged(index: Path) -> None:
    """A rebuild makes a new key."""
    (index.parent / "secret" / "index.key").unlink()
    engine = an_engine(index)
    assert engine.status().state is IndexState.DAMAGED

    engine.rebuild([a_record("Drones", slug="drones")])

    assert engine.search(a_query("drones")).total == 1


def test_large_files_are_hard_links_to_the_generation_before(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of the generation before do not change."""
    monkeypatch.setattr(generations, "MIN_LINKED", 0)
    before = {path.name: path.stat().st_ino for path in files_of(index)}
    content = {path: path.read_bytes() for path in files_of(index)}

    an_engine(index).upsert([a_record("Gares", slug="stations")])

    after = {path.name: path.stat().st_ino for path in files_of(index)}
    shared = {name for name in after if before.get(name) == after[name]}
    assert {Path(name).suffix for name in shared} >= {".pst", ".trm", ".stems"}
    assert {path: path.read_bytes() for path in content} == content


def test_files_are_copied_where_hard_links_fail(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems have no hard links."""

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(generations, "MIN_LINKED", 0)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    engine = an_engine(index)

    engine.upsert([a_record("Gares", slug="stations")])

    assert an_engine(index).search(a_query("velos")).total == 1
    assert an_engine(index).search(a_query("gares")).total == 1


def test_a_search_does_not_wait_for_a_generation_being_opened(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It uses the generation before."""
    engine = an_engine(index)
    assert engine.search(a_query("gares")).total == 0
    an_engine(index).upsert([a_record("Gares", slug="stations")])
    is_opening, may_open = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        is_opening.set()
        assert may_open.wait(30)
        return open_snapshot(*given)

    monkeypatch.setattr("indexer.engines.whoosh.engine.open_snapshot", slow)
    opening = threading.Thread(target=engine.refresh)
    opening.start()
    assert is_opening.wait(30)

    assert engine.search(a_query("gares")).total == 0
    may_open.set()
    opening.join(30)
    assert engine.search(a_query("gares")).total == 1


class ObservedLock:
    """A lock that sets an event before a thread waits for it."""

    def __init__(self, waits: threading.Event) -> None:
        self._waits = waits
        self._lock = threading.Lock()

    def acquire(self, *, blocking: bool) -> bool:
        """Acquire the lock, like `threading.Lock`."""
        if blocking:
            self._waits.set()
        return self._lock.acquire(blocking=blocking)

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()


def test_a_writer_waits_for_another_thread_that_opens_its_generation(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The following thread may open it first."""
    engine = an_engine(index)
    assert engine.search(a_query("gares")).total == 0
    is_opening, writer_waits = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        is_opening.set()
        assert writer_waits.wait(30)
        return open_snapshot(*given)

    monkeypatch.setattr("indexer.engines.whoosh.engine.open_snapshot", slow)
    monkeypatch.setattr(engine, "_lock", ObservedLock(writer_waits))
    adopt = engine._adopt  # type: ignore[attr-defined]  # noqa: SLF001  # of Whoosh's

    def adopt_late() -> None:
        following = threading.Thread(target=engine.refresh)
        following.start()
        assert is_opening.wait(30)
        adopt()
        following.join(30)

    monkeypatch.setattr(engine, "_adopt", adopt_late)
    engine.upsert([a_record("Gares", slug="stations")])

    assert engine.search(a_query("gares")).total == 1
