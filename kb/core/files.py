"""Writes a file so that the old one or the new one stands there, never a part."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

READABLE = 0o644


def write_file_atomically(
    path: Path, content: bytes, *, mode: int | None = None
) -> None:
    """Put a content in place of a file: written beside it, flushed, then renamed.

    It keeps the permissions of the file that it replaces, unless told otherwise.
    """
    if mode is None:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else READABLE
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    """See that the names in a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
