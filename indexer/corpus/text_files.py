"""Reads UTF-8 text files with any line ending, with or without byte order mark."""

import codecs
import os
import stat
from pathlib import Path

from indexer.model.problems import Problem, ProblemCode

MAX_BYTES = 1_000_000


def shown_name(name: str) -> str:
    """Return a file name as UTF-8; on disk it may be in any encoding."""
    return os.fsencode(name).decode("utf-8", "replace")


def read_utf8(path: Path, display_path: str, problems: list[Problem]) -> bytes | None:
    """Return the valid UTF-8 bytes of a file, not decoded because texts may be long."""
    content = _checked_content(path, display_path)
    if isinstance(content, Problem):
        problems.append(content)
        return None
    text = content.removeprefix(codecs.BOM_UTF8)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _checked_content(path: Path, display_path: str) -> bytes | Problem:
    try:
        raw = _read_limited(path)
    except OSError as error:
        reason = error.strerror or error
        return ProblemCode.UNREADABLE_FILE.at(display_path, reason=reason)
    if raw is None:
        return ProblemCode.NOT_A_PLAIN_FILE.at(display_path)
    if len(raw) > MAX_BYTES:
        return ProblemCode.FILE_TOO_LARGE.at(display_path, size=MAX_BYTES)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = f"0x{raw[error.start]:02x}"
        return ProblemCode.NOT_UTF8.at(display_path, line, byte=byte)
    if b"\x00" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\x00")) + 1
        return ProblemCode.NULL_CHARACTER.at(display_path, line)
    return raw


def _read_limited(path: Path) -> bytes | None:
    """Return at most `MAX_BYTES` + 1 bytes of a regular file; None for other files.

    Neither the history nor backups contain the target of a symbolic link, and a device
    or a pipe has no end.
    """
    if path.is_symlink():
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(MAX_BYTES + 1)
