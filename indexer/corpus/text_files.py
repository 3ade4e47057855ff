"""Reads UTF-8 text files with any line ending, with or without byte order mark."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from indexer.model.problems import Problem, ProblemCode, message

MAX_BYTES = 1_000_000


def shown_name(name: str) -> str:
    """Return a file name as UTF-8; on disk it may be in any encoding."""
    return os.fsencode(name).decode("utf-8", "replace")


def read_text(path: Path, display_path: str, problems: list[Problem]) -> str | None:
    """Return the text of a file; None, and a problem appended, when it is not valid."""
    content = read_utf8(path, display_path, problems)
    return content.decode("utf-8") if content is not None else None


def read_utf8(path: Path, display_path: str, problems: list[Problem]) -> bytes | None:
    """Return the valid UTF-8 bytes of a file, not decoded because texts may be long."""
    try:
        raw = _read_limited(path)
    except OSError as error:
        problems.append(
            Problem(
                display_path,
                1,
                ProblemCode.UNREADABLE_FILE,
                message(
                    "the file cannot be read (%(reason)s)",
                    reason=error.strerror or error,
                ),
                message("check that it exists and that its permissions allow reading"),
            )
        )
        return None
    if raw is None:
        problems.append(
            Problem(
                display_path,
                1,
                ProblemCode.NOT_A_PLAIN_FILE,
                message("the file is a symbolic link, or not a regular file"),
                message("put the file itself in its place"),
            )
        )
        return None
    if len(raw) > MAX_BYTES:
        problems.append(
            Problem(
                display_path,
                1,
                ProblemCode.FILE_TOO_LARGE,
                message("the file is larger than %(size)s bytes", size=MAX_BYTES),
                message("keep only text here, and put documents into files/"),
            )
        )
        return None
    return _valid_utf8(raw, display_path, problems)


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


def _valid_utf8(raw: bytes, display_path: str, problems: list[Problem]) -> bytes | None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                display_path,
                line,
                ProblemCode.NOT_UTF8,
                message(
                    "the file is not in UTF-8 (byte %(byte)s)",
                    byte=f"0x{raw[error.start]:02x}",
                ),
                message("save it again, choosing the encoding UTF-8"),
            )
        )
        return None
    if b"\x00" in raw:
        problems.append(
            Problem(
                display_path,
                raw.count(b"\n", 0, raw.index(b"\x00")) + 1,
                ProblemCode.NULL_CHARACTER,
                message("the file contains a null character: it is not plain text"),
                message("save it again as plain text in UTF-8"),
            )
        )
        return None
    text = raw.removeprefix(codecs.BOM_UTF8)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
