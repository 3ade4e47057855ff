"""An index is opened only when every byte of it is ours, and never changed in place."""

from __future__ import annotations

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
from indexer.model.problems import Message
from tests.support.builders import PROJECT, a_query, a_record


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Give the directory of an index that holds one record."""
    an_engine(tmp_path / "index").rebuild([a_record("Vélos", slug="bikes")])
    return tmp_path / "index"


def an_engine(index: Path) -> SearchEngine:
    """Open the engine as a new process would."""
    return open_engine(EngineName.WHOOSH, index, index.parent / "secret" / "index.key")


def files_of(index: Path) -> list[Path]:
    """Give the files of the current generation."""
    current = index / "generations" / (index / "current").read_text()
    return sorted(current.iterdir())


def test_the_index_is_private(index: Path) -> None:
    """Whoever can write there can make us run what they like."""
    key = index.parent / "secret" / "index.key"

    assert index.stat().st_mode & 0o777 == 0o700
    assert files_of(index)[0].parent.stat().st_mode & 0o777 == 0o700
    assert key.stat().st_mode & 0o777 == 0o600


def spoil(path: Path, damage: str) -> bytes:
    """Damage a file; give what was in it."""
    whole = path.read_bytes()
    if damage == "truncate":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flip":
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    else:
        path.unlink()
    return whole


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete"])
def test_damage_is_seen_before_anything_is_opened(index: Path, damage: str) -> None:
    """A disk that lost a block must not give wrong answers, or a crash."""
    for path in files_of(index):
        whole = spoil(path, damage)

        assert an_engine(index).status().state is IndexState.DAMAGED, path.name
        with pytest.raises(IndexUnavailableError):
            an_engine(index).search(a_query("vélos"))

        path.write_bytes(whole)
    assert an_engine(index).search(a_query("vélos")).total == 1


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete"])
def test_damage_is_seen_by_who_read_the_files_before(index: Path, damage: str) -> None:
    """They are not read again, unless they were written into since."""
    engine = an_engine(index)
    assert engine.status().state is IndexState.READY
    for path in files_of(index):
        whole = spoil(path, damage)

        assert engine.status().state is IndexState.DAMAGED, path.name

        path.write_bytes(whole)
        assert engine.status().state is IndexState.READY
    assert engine.search(a_query("vélos")).total == 1


def test_what_was_read_and_not_written_into_is_not_read_again(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 100,000 passages, it would take a third of a second at each change."""
    engine = an_engine(index)
    engine.status()
    monkeypatch.delattr(generations, "_read")

    assert engine.status().state is IndexState.READY


def test_a_foreign_index_is_not_opened(index: Path, tmp_path: Path) -> None:
    """An index that another key signed may hold anything, whole as it is."""
    elsewhere = tmp_path / "elsewhere" / "index"
    an_engine(elsewhere).rebuild([a_record("Piège", slug="trap")])
    shutil.rmtree(index)
    shutil.copytree(elsewhere, index)
    index.chmod(0o700)

    assert an_engine(index).status().state is IndexState.DAMAGED
    assert "not ours" in an_engine(index).status().reason


def test_a_pickle_put_among_the_files_never_runs(index: Path, tmp_path: Path) -> None:
    """Whoosh unpickles its table of contents: ours is verified first."""

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(tmp_path / "ran"),))

    contents = next(path for path in files_of(index) if path.name.endswith(".toc"))
    contents.write_bytes(pickle.dumps(Trap()))

    with pytest.raises(IndexUnavailableError):
        an_engine(index).search(a_query("vélos"))
    assert not (tmp_path / "ran").exists()


def test_a_directory_open_to_others_is_not_trusted(index: Path) -> None:
    """What others may write, we do not open."""
    index.chmod(0o777)

    assert "not private" in an_engine(index).status().reason


def test_the_generation_before_answers_when_the_current_is_damaged(index: Path) -> None:
    """The last good index is kept for that day."""
    an_engine(index).rebuild([a_record("Drones", slug="drones")])
    files_of(index)[0].write_bytes(b"")

    page = an_engine(index).search(a_query("vélos"))

    assert [hit.id.slug for hit in page.hits] == ["bikes"]


def test_only_one_generation_is_kept_beside_the_current(index: Path) -> None:
    """A year of changes must not fill the disk."""
    engine = an_engine(index)
    for number in range(5):
        engine.upsert([a_record("Vélos", slug=f"r{number}")])

    names = sorted(path.name[:6] for path in (index / "generations").iterdir())

    assert names == ["000005", "000006"]


def test_an_index_made_by_other_code_is_outdated(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new analysis on an old index would find nothing."""
    monkeypatch.setattr("indexer.engines.whoosh.engine.VERSION", "whoosh of tomorrow")

    engine = an_engine(index)

    assert engine.status().state is IndexState.OUTDATED
    with pytest.raises(IndexUnavailableError):
        engine.search(a_query("vélos"))
    with pytest.raises(IndexUnavailableError):
        engine.upsert([a_record()])


def test_those_who_search_follow_a_new_generation(index: Path) -> None:
    """Another process updates; this one answers from the new index at once."""
    reader = an_engine(index)
    assert reader.search(a_query("drones")).total == 0

    an_engine(index).upsert([a_record("Drones", slug="drones")])

    assert reader.search(a_query("drones")).total == 1


def test_what_is_in_memory_answers_when_the_disk_does_not(index: Path) -> None:
    """Deleted, cut or replaced under a running service: it goes on answering."""
    reader = an_engine(index)
    assert reader.search(a_query("vélos")).total == 1

    for path in files_of(index):
        path.write_bytes(b"")
    assert reader.search(a_query("vélos")).total == 1
    (index / "current").write_text("000099")
    assert reader.search(a_query("vélos")).total == 1
    shutil.rmtree(index)
    assert reader.search(a_query("vélos")).total == 1


def test_an_index_deleted_and_made_again_is_followed(index: Path) -> None:
    """Its first generation is not the first generation that was there before."""
    reader = an_engine(index)
    assert reader.search(a_query("vélos")).total == 1
    shutil.rmtree(index)

    an_engine(index).rebuild([a_record("Drones", slug="drones")])

    assert reader.search(a_query("drones")).total == 1
    assert reader.search(a_query("vélos")).total == 0


def test_an_index_behind_a_link_is_an_index(index: Path, tmp_path: Path) -> None:
    """Data often lives on another disk."""
    link = tmp_path / "link"
    link.symlink_to(index)
    engine = open_engine(EngineName.WHOOSH, link, index.parent / "secret" / "index.key")

    engine.upsert([a_record("Drones", slug="drones")])

    assert engine.search(a_query("drones")).total == 1


def test_a_name_that_is_no_generation_leads_nowhere(index: Path) -> None:
    """The file that names the current one is not trusted either."""
    (index / "current").write_text("../../elsewhere")

    assert an_engine(index).status().state is IndexState.MISSING
    assert an_engine(index).search(a_query("vélos")).total == 1


def test_a_failed_write_leaves_the_index_as_it_was(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: the old index answers, nothing half-made is left."""

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


def test_a_kill_at_any_step_leaves_the_old_index_or_the_new(index: Path) -> None:
    """Power is lost at the worst moment; nothing half-made is ever answered from."""
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
    """Change the index in a process that kills itself at a step; give its steps."""
    done = subprocess.run(  # noqa: S603  # our own interpreter, our own text
        [sys.executable, "-c", textwrap.dedent(KILLED), str(step), str(index)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (-signal.SIGKILL if step else 0), done.stderr
    return int(done.stdout or 0)


def test_one_writes_and_the_others_wait_and_say_so(index: Path) -> None:
    """Two people publish at once: both changes are there in the end."""
    said: list[str] = []
    waiting = threading.Event()

    def note(told: Message) -> None:
        said.append(str(told))
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

    assert said == ["another process is writing the index; waiting for it to end"]
    assert second.search(a_query("drones")).total == 1
    assert second.search(a_query("vélos")).total == 1


def test_a_stamp_that_is_not_whole_is_damage(index: Path) -> None:
    """Whatever stands in the stamp, it is read with suspicion."""
    stamp = next(path for path in files_of(index) if path.name == "stamp.json")
    for text in ("", "{}", "[]", "null", json.dumps({"stamp": 3, "signature": None})):
        stamp.write_text(text)

        assert an_engine(index).status().state is IndexState.DAMAGED


def test_an_index_without_its_key_is_not_trusted(index: Path) -> None:
    """The key is lost: the index is rebuilt, under a new one."""
    (index.parent / "secret" / "index.key").unlink()
    engine = an_engine(index)
    assert engine.status().state is IndexState.DAMAGED

    engine.rebuild([a_record("Drones", slug="drones")])

    assert engine.search(a_query("drones")).total == 1


def test_a_large_file_is_shared_with_the_generation_before(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update costs what it changes, and leaves the index before it as it was."""
    monkeypatch.setattr(generations, "MIN_LINKED", 0)
    before = {path.name: path.stat().st_ino for path in files_of(index)}
    content = {path: path.read_bytes() for path in files_of(index)}

    an_engine(index).upsert([a_record("Gares", slug="stations")])

    after = {path.name: path.stat().st_ino for path in files_of(index)}
    shared = {name for name in after if before.get(name) == after[name]}
    assert {Path(name).suffix for name in shared} >= {".pst", ".trm", ".stems"}
    assert {path: path.read_bytes() for path in content} == content


def test_where_files_cannot_be_shared_they_are_copied(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems, and some limits, allow no hard link."""

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(generations, "MIN_LINKED", 0)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    engine = an_engine(index)

    engine.upsert([a_record("Gares", slug="stations")])

    assert an_engine(index).search(a_query("velos")).total == 1
    assert an_engine(index).search(a_query("gares")).total == 1


def test_who_searches_does_not_wait_for_a_newer_index(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one thread opens it, the others are answered from the one before."""
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


def test_who_writes_waits_for_a_thread_that_opens_what_was_written(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that follows may see it first: that is no failure of who wrote."""
    engine = an_engine(index)
    assert engine.search(a_query("gares")).total == 0
    is_opening, may_open = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        is_opening.set()
        assert may_open.wait(30)
        return open_snapshot(*given)

    monkeypatch.setattr("indexer.engines.whoosh.engine.open_snapshot", slow)
    adopt = engine._adopt  # type: ignore[attr-defined]  # noqa: SLF001  # of Whoosh's

    def adopt_late() -> None:
        following = threading.Thread(target=engine.refresh)
        following.start()
        assert is_opening.wait(30)
        threading.Timer(0.2, may_open.set).start()
        adopt()
        following.join(30)

    monkeypatch.setattr(engine, "_adopt", adopt_late)
    engine.upsert([a_record("Gares", slug="stations")])

    assert engine.search(a_query("gares")).total == 1
