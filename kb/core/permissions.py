"""Permissions of files: the instance and the index are private, the content is not."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OTHERS = 0o077
"""The permissions of every account but the owner."""

_NOT_EXECUTABLE = 0o666


@contextmanager
def private_umask() -> Iterator[None]:
    """Make the files that this process creates during the block private."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def make_private(folder: Path) -> int:
    """Make a folder and all that is below it private; return how many modes changed.

    Symbolic links are not followed.

    Raises:
        OSError: a file belongs to another account.
    """
    changed = 0
    for path in _tree(folder):
        # Another process may have deleted the file.
        with suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)
                changed += 1
    return changed


def share_as_folder(staged: Path, folder: Path) -> None:
    """Make the private files below `staged` as readable as `folder`, which exists."""
    shared = stat.S_IMODE(folder.stat().st_mode)
    for path in _tree(staged):
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            path.chmod(shared)
        elif stat.S_ISREG(status.st_mode) and not status.st_mode & OTHERS:
            path.chmod(shared & _NOT_EXECUTABLE)


def make_folder(folder: Path) -> None:
    """Create a folder, as readable as the folder around it, unless it exists."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(stat.S_IMODE(folder.parent.stat().st_mode))


def _tree(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield folder
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            yield Path(parent, name)
