"""Atomic and durable writes: after a crash, a file has its old or its new content."""

import hashlib
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

_NOT_EXECUTABLE = 0o666

FileStamp = tuple[int, ...]


def file_stamp(status: os.stat_result) -> FileStamp:
    """Return size, mtime, ctime and inode: one differs when the content has changed.

    Size and mtime alone stay the same when a program copies a file with its dates.
    """
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def sources_digest(sources: Iterable[Path], *versions: str) -> str:
    """Return a digest of source files, and of the versions of what they use.

    What was made by code of another digest is made again.
    """
    digest = hashlib.blake2b(digest_size=8)
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    for version in versions:
        digest.update(version.encode())
    return digest.hexdigest()


def write_file_atomically(
    path: Path, content: bytes, *, mode: int | None = None, is_durable: bool = True
) -> None:
    """Write a temporary file beside `path`, then rename it to `path`.

    Without `mode`, the permissions of the replaced file are kept, and a new file is as
    readable as its folder. `is_durable=False` skips fsync, for caches that may be lost
    in a power failure.

    Raises:
        OSError: the file can't be written; the old one is unchanged.
    """
    if mode is None:
        is_new = not path.exists()
        mode = (path.parent if is_new else path).stat().st_mode
        mode = mode & _NOT_EXECUTABLE if is_new else stat.S_IMODE(mode)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if is_durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if is_durable:
        fsync(path.parent)


def fsync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
