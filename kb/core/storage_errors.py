"""The error of a file that can't be read or written, made from those of the system."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import IndexerError
from indexer.model.problems import Message

LATER_VERSION = "a later version of this program made it"
"""The reason for a file whose format is newer than this program."""


class StorageError(IndexerError):
    """A file or folder can't be read or written: `path` says which, `reason` why.

    `message` is the error as a sentence for users, made from the template `sentence`.
    """

    sentence = Message("%(path)s: %(reason)s")

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        values = {"path": str(path), "reason": reason}
        self.message = Message(self.sentence.template, values)


@contextmanager
def storage_errors(
    path: Path, error: Callable[[Path, str], Exception] = StorageError
) -> Iterator[None]:
    """Raise `error(path, reason)` for an error of SQLite or of the file system.

    The path that the system names is preferred to `path`.
    """
    try:
        yield
    except sqlite3.Error as cause:
        raise error(path, str(cause)) from cause
    except OSError as cause:
        named = Path(str(cause.filename2 or cause.filename or path))
        raise error(named, cause.strerror or str(cause)) from cause
