"""A file as its reader gets it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from indexer.errors import FileUnreadableError
from indexer.model.readings import FileType, Unreadable
from indexer.readers.sandbox.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """The bytes of a file, its name for messages, and what its reading may cost."""

    name: str
    content: bytes
    type: FileType
    limits: Limits = DEFAULT_LIMITS
    tesseract: str = ""

    @property
    def sha256(self) -> str:
        """The digest that tells its bytes from any others."""
        return hashlib.sha256(self.content).hexdigest()

    def refused(self, reason: Unreadable, detail: str = "") -> FileUnreadableError:
        """Make the error that says why it can't be read."""
        return FileUnreadableError(self.name, reason, detail)
