"""Requests to a worker, one line of JSON each, and its answers."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.errors import FileUnreadableError
from indexer.model.readings import FileReading
from indexer.readers.sandbox.limits import Limits
from indexer.readers.sandbox.reading_json import from_json, to_json

_READING_PREFIX = b"+"
_ERROR_PREFIX = b"-"


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read; `tesseract` is the path of the OCR program, "" without OCR."""

    path: Path
    limits: Limits
    tesseract: str = ""

    @property
    def time_s(self) -> float:
        """The time limit that applies, with or without OCR."""
        return self.limits.ocr_time_s if self.tesseract else self.limits.time_s

    def line(self) -> bytes:
        """Serialize the request; a path that is not UTF-8 survives the round trip."""
        fields = {**asdict(self), "path": os.fspath(self.path)}
        return json.dumps(fields).encode("ascii") + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Request:
        """Parse what `line` returned."""
        fields = json.loads(line)
        limits = Limits(**fields["limits"])
        return cls(Path(fields["path"]), limits, fields["tesseract"])


ReadingAnswer = FileReading | FileUnreadableError
"""The reading of a file, or the reason why it failed."""


def pack(answer: ReadingAnswer) -> bytes:
    """Serialize an answer."""
    if isinstance(answer, FileReading):
        return _READING_PREFIX + to_json(answer)
    error = [answer.name, str(answer.reason), answer.detail]
    return _ERROR_PREFIX + json.dumps(error).encode("ascii")


def unpack(content: bytes) -> ReadingAnswer:
    """Parse what `pack` returned.

    Raises:
        ValueError: the bytes are truncated, or are not an answer.
    """
    if content[:1] == _READING_PREFIX:
        return from_json(content[1:])
    if content[:1] != _ERROR_PREFIX:
        raise ValueError("not an answer")
    name, reason, detail = json.loads(content[1:])
    return FileUnreadableError(name, reason, detail)
