"""Reads text files as staff leave them: any line ending, a byte order mark or none."""

from __future__ import annotations

from pathlib import Path

from indexer.model.problems import Problem, message

MAX_BYTES = 1_000_000


def read_text(path: Path, shown: str, problems: list[Problem]) -> str | None:
    """Read a file as UTF-8; None, and a problem noted, when that can't be done."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.append(
            Problem(
                shown,
                1,
                message(
                    "the file can't be read ({reason})", reason=error.strerror or error
                ),
                message("check that it exists and that its permissions allow reading"),
            )
        )
        return None
    if len(raw) > MAX_BYTES:
        problems.append(
            Problem(
                shown,
                1,
                message("the file is larger than {size} bytes", size=MAX_BYTES),
                message("keep words here, and put documents into files/"),
            )
        )
        return None
    return _decoded(raw, shown, problems)


def _decoded(raw: bytes, shown: str, problems: list[Problem]) -> str | None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                shown,
                line,
                message(
                    "the file is not in UTF-8 (byte {byte})",
                    byte=f"0x{raw[error.start]:02x}",
                ),
                message("save it again, choosing the encoding UTF-8"),
            )
        )
        return None
    if "\x00" in text:
        problems.append(
            Problem(
                shown,
                text.count("\n", 0, text.index("\x00")) + 1,
                message("the file holds a null character: it is not a text"),
                message("save it again as plain text in UTF-8"),
            )
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")
