"""Writes folders that are whole or not there, whatever happens meanwhile."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

INCOMING = ".incoming"
"""What the name of a folder begins with while it is being made."""

_HERE = -100  # AT_FDCWD of Linux
_RENAME_EXCHANGE = 2
_CANT = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts by their path within a folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def put(made: Path, place: Path) -> None:
    """Put a folder in its place at once, all of it on disk before.

    Raises:
        OSError: it can't be, or something stands there.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    flush_tree(made)
    made.rename(place)
    flush(place.parent)


def put_file(made: Path, place: Path) -> None:
    """Put a file in its place at once, in the stead of the one that is there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    flush(made)
    made.replace(place)
    flush(place.parent)


def exchange(one: Path, other: Path) -> bool:
    """Put two folders each in the place of the other, at once.

    False, and nothing done, where the system or the disk can't do that.

    Raises:
        OSError: it may not be done here.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    if renameat2(_HERE, paths[0], _HERE, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def remove(folder: Path) -> None:
    """Take a folder away at once, then delete what was in it."""
    aside = folder.with_name(f"{INCOMING}-removed-{os.getpid()}-{folder.name}")
    folder.rename(aside)
    flush(folder.parent)
    shutil.rmtree(aside, ignore_errors=True)


def clear_left_over(parent: Path) -> None:
    """Delete what a run that was killed had begun; nobody else must be at work."""
    for path in left_over(parent):
        shutil.rmtree(path, ignore_errors=True)


def left_over(parent: Path) -> Iterator[Path]:
    """Give the folders that were begun and are not finished."""
    try:
        entries = list(parent.iterdir())
    except OSError:
        return
    yield from (each for each in entries if each.name.startswith(INCOMING))


def flush_tree(folder: Path) -> None:
    """See that all that is in a folder is on disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            flush(Path(parent) / name)
        flush(Path(parent))


def flush(path: Path) -> None:
    """See that a file, or what a folder lists, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
