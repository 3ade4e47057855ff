"""Kills a restore at each audit event, and checks that the folders are old or new.

Run as a module: each scenario needs processes without an audit hook.
"""

import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from indexer.pipeline import Locations
from kb.backup.restore import restore_backup, resume_restore

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"}


def locations_in(root: Path) -> Locations:
    """Return locations below a folder."""
    return Locations(root / "documents", root / "index", root / "instance")


def state_of(root: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return all files of the content and of the instance folder."""
    return _files(root / "documents"), _files(root / "instance")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def killed_at(step: int, root: Path, act: Callable[[], object]) -> bool:
    """Act in a child process, killed at a step below `root`; return whether it was."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in {0, 9}, code
        return code == 9
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in EVENTS and str(root) in str(arguments[0]):
            count += 1
            if count == step:
                os._exit(9)

    sys.addaudithook(watch)
    try:
        act()
    except BaseException:  # noqa: BLE001  # the parent reads the code
        os._exit(1)
    os._exit(0)


def main(folder: Path) -> int:
    """Kill at every step in turn, and return the number of steps."""
    before, copy = folder / "before", folder / "copy.zip"
    fresh = folder / "reference"
    shutil.copytree(before, fresh)
    restore_backup(locations_in(fresh), copy)
    old, new = state_of(before), state_of(fresh)
    assert old != new
    step = 0
    while True:
        step += 1
        root = folder / f"run-{step}"
        shutil.copytree(before, root)
        locations = locations_in(root)
        was_killed = killed_at(step, root, partial(restore_backup, locations, copy))
        resume_restore(locations)
        state = state_of(root)
        assert state in (old, new), f"a mixture after step {step}"
        if not was_killed:
            assert state == new
            return step - 1
        # The next restore works, and deletes temporary folders.
        restore_backup(locations, copy)
        assert state_of(root) == new, step
        leftovers = [each.name for each in root.iterdir() if "restoring" in each.name]
        assert leftovers == [], (step, leftovers)
        shutil.rmtree(root)


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))  # noqa: T201  # what the test reads
