"""Writes files atomically: a crash leaves the old or the new content, never a part."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

READABLE = 0o644


def write_file_atomically(
    path: Path, content: bytes, *, mode: int | None = None
) -> None:
    """Write a temporary file, fsync it, and rename it to `path`.

    The file gets `mode`, or the permissions of the file that it replaces.
    """
    if mode is None:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else READABLE
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    """Fsync a folder, so that renames in it survive a crash."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
