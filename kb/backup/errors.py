"""The error of a backup that can't be made or trusted."""

from pathlib import Path

from indexer.model.problems import Message
from kb.core.storage_errors import StorageError


class BackupError(StorageError):
    """A backup that can't be made, read or restored; nothing was changed.

    `message` is the reason alone: commands print the path before it.
    """

    def __init__(self, path: Path, reason: Message) -> None:
        super().__init__(path, str(reason))
        self.message = reason


def system_error(path: Path, reason: str) -> BackupError:
    """Return an error whose reason is in the words of the system."""
    return BackupError(path, Message("%(reason)s", {"reason": reason}))
