"""Why a safety copy can't be made, or can't be trusted."""

from __future__ import annotations

from pathlib import Path

from indexer.errors import IndexerError
from indexer.model.problems import Message


class BackupError(IndexerError):
    """A safety copy that can't be made, read or put back; nothing was changed."""

    def __init__(self, path: Path, reason: Message) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def of_system(error: OSError) -> Message:
    """Give the reason that the system gives, in its own words."""
    return Message("%(reason)s", {"reason": error.strerror or str(error)})
