"""Reads text files as staff leave them: any line ending, a byte order mark or none."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from indexer.model.problems import Problem, ProblemCode, message

MAX_BYTES = 1_000_000


def shown_name(name: str) -> str:
    """Give a name as it can be shown: on disk it may be in any encoding."""
    return os.fsencode(name).decode("utf-8", "replace")


def read_text(path: Path, shown: str, problems: list[Problem]) -> str | None:
    """Read a file as UTF-8; None, and a problem noted, when that can't be done."""
    content = read_utf8(path, shown, problems)
    return content.decode("utf-8") if content is not None else None


def read_utf8(path: Path, shown: str, problems: list[Problem]) -> bytes | None:
    """Read a file that is in UTF-8, and leave it so: long texts are never decoded."""
    try:
        raw = _beginning(path)
    except OSError as error:
        problems.append(
            Problem(
                shown,
                1,
                ProblemCode.UNREADABLE_FILE,
                message(
                    "the file can't be read (%(reason)s)",
                    reason=error.strerror or error,
                ),
                message("check that it exists and that its permissions allow reading"),
            )
        )
        return None
    if raw is None:
        problems.append(
            Problem(
                shown,
                1,
                ProblemCode.NOT_A_PLAIN_FILE,
                message("the file is a link, or no plain file"),
                message("put the file itself in its place"),
            )
        )
        return None
    if len(raw) > MAX_BYTES:
        problems.append(
            Problem(
                shown,
                1,
                ProblemCode.FILE_TOO_LARGE,
                message("the file is larger than %(size)s bytes", size=MAX_BYTES),
                message("keep words here, and put documents into files/"),
            )
        )
        return None
    return _checked(raw, shown, problems)


def _beginning(path: Path) -> bytes | None:
    """Give a file, of one that is too large a byte too many; None if it is no file.

    What a link leads to is elsewhere: neither the history nor safety copies hold it,
    and a device or a pipe has no end.
    """
    if path.is_symlink():
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(MAX_BYTES + 1)


def _checked(raw: bytes, shown: str, problems: list[Problem]) -> bytes | None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                shown,
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
                shown,
                raw.count(b"\n", 0, raw.index(b"\x00")) + 1,
                ProblemCode.NULL_CHARACTER,
                message("the file holds a null character: it is not a text"),
                message("save it again as plain text in UTF-8"),
            )
        )
        return None
    text = raw.removeprefix(codecs.BOM_UTF8)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
