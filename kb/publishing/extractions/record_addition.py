"""Adds a file to the record of a deliverable that is already published."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

_KEY = re.compile(r"[^\s#-]")
_UPDATED = re.compile(r"^updated:.*$", re.MULTILINE)


def with_file(record: str, item: Sequence[str], day: dt.date) -> str | None:
    """Give the text of a record with one more item under `files:`.

    All else stays as it was typed, but for the day of the change. None when the list is
    written in a way that can't be added to.
    """
    text = _UPDATED.sub(f"updated: {day}", record, count=1)
    lines = text.rstrip("\n").split("\n")
    begin = next((n for n, line in enumerate(lines) if line.startswith("files:")), None)
    if begin is None:
        return "\n".join([*lines, "files:", *item, ""])
    if lines[begin].removeprefix("files:").split("#")[0].strip():
        return None
    end = begin + 1
    while end < len(lines) and not _KEY.match(lines[end]):
        end += 1
    first = next((line for line in lines[begin + 1 : end] if line.strip()), "  -")
    indent = first[: len(first) - len(first.lstrip())]
    shifted = [f"{indent}{line[2:]}" for line in item]
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], *shifted, *lines[end:], ""])
