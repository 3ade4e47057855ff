"""What is asked of a worker, one line of JSON for each file, and what it answers."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.errors import FileUnreadableError
from indexer.model.readings import FileReading
from indexer.readers.sandbox.limits import Limits
from indexer.readers.sandbox.reading_json import from_json, to_json

_READ = b"+"
_REFUSED = b"-"


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read; `tesseract` is the program that recognises scanned pages."""

    path: Path
    limits: Limits
    tesseract: str = ""

    @property
    def time_s(self) -> float:
        """How long the reading may take."""
        return self.limits.ocr_time_s if self.tesseract else self.limits.time_s

    def line(self) -> bytes:
        """Write it; a name that is not in UTF-8 comes back as it was."""
        fields = {
            "path": os.fspath(self.path),
            "limits": asdict(self.limits),
            "tesseract": self.tesseract,
        }
        return json.dumps(fields).encode("ascii") + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Request:
        """Read what `line` wrote."""
        fields = json.loads(line)
        return cls(
            Path(fields["path"]), Limits(**fields["limits"]), fields["tesseract"]
        )


ReadingAnswer = FileReading | FileUnreadableError
"""What was read in a file, or why it can't be."""


def pack(answer: ReadingAnswer) -> bytes:
    """Write an answer."""
    if isinstance(answer, FileReading):
        return _READ + to_json(answer)
    reason = [answer.name, str(answer.reason), answer.detail]
    return _REFUSED + json.dumps(reason).encode("ascii")


def unpack(content: bytes) -> ReadingAnswer:
    """Read what `pack` wrote.

    Raises:
        ValueError: it was not written by `pack`, or not to its end.
    """
    if content[:1] == _READ:
        return from_json(content[1:])
    if content[:1] != _REFUSED:
        raise ValueError("not an answer")
    name, reason, detail = json.loads(content[1:])
    return FileUnreadableError(name, reason, detail)
