"""Atomic operations on folders: move, exchange, delete."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from indexer.files import fsync

INCOMING = ".incoming"
"""The prefix of the names of folders that are not complete yet."""

CHUNK_BYTES = 1 << 20

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write each text to its path below `folder`."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def copy_with_digest(source: BinaryIO, target: Path) -> str:
    """Copy an open file to `target`, and return the SHA-256 of the copied bytes."""
    digest = hashlib.sha256()
    with target.open("wb") as copy:
        while content := source.read(CHUNK_BYTES):
            digest.update(content)
            copy.write(content)
    return digest.hexdigest()


def move_folder(source: Path, target: Path) -> None:
    """Flush a folder to disk, then rename it to `target`.

    Raises:
        OSError: the folder can't be renamed, or `target` exists.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fsync_tree(source)
    source.rename(target)
    fsync(target.parent)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one system call (Linux: `renameat2`).

    Return False, without a change, where the system or file system has no such call.

    Raises:
        OSError: the exchange is not permitted.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    if renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def delete_folder(folder: Path) -> None:
    """Rename a folder to a hidden name, then delete its files."""
    hidden = folder.with_name(f"{INCOMING}-removed-{os.getpid()}-{folder.name}")
    folder.rename(hidden)
    fsync(folder.parent)
    shutil.rmtree(hidden, ignore_errors=True)


def delete_incoming(parent: Path) -> None:
    """Delete the incomplete folders of a killed process; the caller holds the lock."""
    for path in parent.glob(f"{INCOMING}*"):
        shutil.rmtree(path, ignore_errors=True)


def fsync_tree(folder: Path) -> None:
    """Flush a folder and all its files to disk; symbolic links are skipped."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            if not path.is_symlink():
                fsync(path)
        fsync(Path(parent))
