"""Copies files aside before they are read, so that what is read is what is kept."""

from __future__ import annotations

import hashlib
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
from kb.publishing.storage.folders import INCOMING
from kb.publishing.storage.names import safe_name

COPIED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy of a file, in the folder where its draft is made.

    One that `is_held` is in a draft or a record already, and only read again.
    """

    path: Path
    folder: Path
    copy: Path
    sha256: str
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A file whose bytes are known already."""

    path: Path
    sha256: str


Stage = Staged | Copy | ImportResult


def files_under(paths: Iterable[Path]) -> list[Path]:
    """Give the files that are named, and those of the folders that are."""
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
    """Makes copies, each in a folder of its own.

    `holders` says in which draft or record each file is, by its digest, and `staged`
    which of them came now. Of those that are there before, `reads_again` tells which
    are to be read anew all the same.
    """

    def __init__(
        self,
        folder: Path,
        name_of: Callable[[Path], str],
        reads_again: Callable[[str], bool],
    ) -> None:
        self._folder = folder
        self._name_of = name_of
        self._reads_again = reads_again
        self._numbers = itertools.count(1)
        self.holders: dict[str, str] = {}
        self.staged: set[str] = set()

    def stage(self, path: Path) -> Stage:
        """Copy a file, so that what is read is what is kept."""
        folder = self._folder / f"{INCOMING}-{next(self._numbers)}"
        try:
            return self._copied(path, folder)
        except FileUnreadableError as error:
            outcome = ImportResult(
                path, ImportStatus.REFUSED, unreadable_message(error)
            )
        except OSError as error:
            told = message(
                "it can't be copied (%(reason)s)", reason=error.strerror or error
            )
            outcome = ImportResult(path, ImportStatus.FAILED, told)
        shutil.rmtree(folder, ignore_errors=True)
        return outcome

    def _copied(self, path: Path, folder: Path) -> Stage:
        name = self._name_of(path)
        copy = folder / safe_name(name)
        descriptor = _opened(path, name)
        folder.mkdir(parents=True)
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "rb") as source, copy.open("wb") as target:
            while content := source.read(COPIED_AT_ONCE):
                digest.update(content)
                target.write(content)
        sha256 = digest.hexdigest()
        is_held = sha256 in self.holders
        is_new = sha256 not in self.staged
        if is_held and not (is_new and self._reads_again(sha256)):
            shutil.rmtree(folder, ignore_errors=True)
            return Copy(path, sha256)
        self.holders.setdefault(sha256, name)
        self.staged.add(sha256)
        return Staged(path, folder, copy, sha256, is_held)


def _opened(path: Path, name: str) -> int:
    """Open a file for reading.

    Raises:
        FileUnreadableError: it is no file, or is too large.
    """
    try:
        # To open a pipe would be to wait for what it says.
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
