"""Copies files that are to be added: what is read is what is kept."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.reading import natural_key
from indexer.errors import FileUnreadableError
from indexer.extraction.refusals import refusal_of
from indexer.model.problems import Message, message
from indexer.model.readings import Unreadable
from indexer.readers.limits import DEFAULT_LIMITS
from kb.publishing.folders import INCOMING
from kb.publishing.naming import safe_name

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


@dataclass(frozen=True, slots=True)
class NotCopied:
    """A file that could not be copied, and why.

    One that `is_refused` is no file to be read; the others may be tried again.
    """

    path: Path
    told: Message
    is_refused: bool


Stage = Staged | Copy | NotCopied


class Stager:
    """Copies one file after another, each into a folder of its own.

    `holds` tells whether the bytes of a digest are there already, `reads_again` whether
    they are to be read anew all the same.
    """

    def __init__(
        self,
        drafts: Path,
        name_of: Callable[[Path], str],
        holds: Callable[[str], bool],
        reads_again: Callable[[str], bool],
    ) -> None:
        self._drafts = drafts
        self._name_of = name_of
        self._holds = holds
        self._reads_again = reads_again
        self._numbers = itertools.count(1)

    def stage(self, path: Path) -> Stage:
        """Copy a file, or say why it can't be."""
        folder = self._drafts / f"{INCOMING}-{next(self._numbers)}"
        try:
            return self._copied(path, folder)
        except FileUnreadableError as error:
            failed = NotCopied(path, refusal_of(error), is_refused=True)
        except OSError as error:
            told = message(
                "it can't be copied ({reason})", reason=error.strerror or error
            )
            failed = NotCopied(path, told, is_refused=False)
        shutil.rmtree(folder, ignore_errors=True)
        return failed

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
        is_held = self._holds(sha256)
        if is_held and not self._reads_again(sha256):
            shutil.rmtree(folder, ignore_errors=True)
            return Copy(path, sha256)
        return Staged(path, folder, copy, sha256, is_held)


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
