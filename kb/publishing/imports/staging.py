"""Copies files before they are read, so that the file read is the file stored."""

from __future__ import annotations

import itertools
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.record_reader import natural_key
from indexer.errors import FileUnreadableError
from indexer.extraction.unreadable_messages import unreadable_message
from indexer.model.problems import message
from indexer.model.readings import Unreadable
from indexer.readers.sandbox.limits import DEFAULT_LIMITS
from kb.publishing.imports.import_results import ImportResult, ImportStatus
from kb.publishing.storage.folders import INCOMING, copy_with_digest
from kb.publishing.storage.names import safe_name


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy of a file, in the folder where its draft is made.

    With `is_known`, a draft or record already has the file: it is only read again.
    """

    path: Path
    folder: Path
    copy: Path
    sha256: str
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that a draft or record already has."""

    path: Path
    sha256: str


Stage = Staged | KnownFile | ImportResult


def files_under(paths: Iterable[Path]) -> list[Path]:
    """Return the files of the paths, and the files below those that are folders."""
    return [file for path in paths for file in _files(path)]


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(
            (each for each in folders if not each.startswith(".")), key=natural_key
        )
        for name in sorted(names, key=natural_key):
            if not name.startswith("."):
                yield Path(folder) / name


class StagingFolder:
    """Copies files, each into a folder of its own.

    `owners` maps the digest of each known file to its draft or record, and `staged` has
    the digests staged by this import. `is_read_again` returns whether a known file of a
    digest is to be read again.
    """

    def __init__(
        self,
        folder: Path,
        name_of: Callable[[Path], str],
        is_read_again: Callable[[str], bool],
    ) -> None:
        self._folder = folder
        self._name_of = name_of
        self._is_read_again = is_read_again
        self._numbers = itertools.count(1)
        self.owners: dict[str, str] = {}
        self.staged: set[str] = set()

    def stage(self, path: Path) -> Stage:
        """Copy a file; return a failed result if it can't be copied."""
        folder = self._folder / f"{INCOMING}-{next(self._numbers)}"
        try:
            return self._copy(path, folder)
        except FileUnreadableError as error:
            result = ImportResult(path, ImportStatus.REFUSED, unreadable_message(error))
        except OSError as error:
            reason = message(
                "it cannot be copied (%(reason)s)", reason=error.strerror or error
            )
            result = ImportResult(path, ImportStatus.FAILED, reason)
        shutil.rmtree(folder, ignore_errors=True)
        return result

    def _copy(self, path: Path, folder: Path) -> Stage:
        name = self._name_of(path)
        copy = folder / safe_name(name)
        descriptor = _open(path, name)
        folder.mkdir(parents=True)
        with os.fdopen(descriptor, "rb") as source:
            sha256 = copy_with_digest(source, copy)
        is_known = sha256 in self.owners
        is_first = sha256 not in self.staged
        if is_known and not (is_first and self._is_read_again(sha256)):
            shutil.rmtree(folder, ignore_errors=True)
            return KnownFile(path, sha256)
        self.owners.setdefault(sha256, name)
        self.staged.add(sha256)
        return Staged(path, folder, copy, sha256, is_known)


def _open(path: Path, name: str) -> int:
    """Open a regular file, and return its descriptor.

    Raises:
        FileUnreadableError: it is missing, not a regular file, or too large.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would block.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise FileUnreadableError(name, Unreadable.MISSING) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileUnreadableError(name, Unreadable.UNKNOWN_TYPE)
    if status.st_size > DEFAULT_LIMITS.file_bytes:
        os.close(descriptor)
        raise FileUnreadableError(name, Unreadable.TOO_LARGE)
    return descriptor
