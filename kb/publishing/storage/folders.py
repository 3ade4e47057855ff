"""Record folders on disk: their state, and operations that leave no folder half done.

The state of a folder is the path and the SHA-256 of each file. A step of a transaction
replaces a folder by a staged one, or removes it.
"""

import ctypes
import datetime as dt
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from indexer.corpus.originals import Digest, sha256_of
from indexer.files import fsync
from kb.core.permissions import make_folder

INCOMING = ".incoming"
"""The prefix of the names of folders that are not complete yet."""

CHUNK_BYTES = 1 << 20

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write each text to its path below `folder`."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def copy_with_digest(source: BinaryIO, target: Path) -> str:
    """Copy an open file to `target`, and return the SHA-256 of the copied bytes."""
    digest = hashlib.sha256()
    with target.open("wb") as copy:
        while content := source.read(CHUNK_BYTES):
            digest.update(content)
            copy.write(content)
    return digest.hexdigest()


def move_folder(source: Path, target: Path) -> None:
    """Flush a folder to disk, then rename it to `target`.

    Raises:
        OSError: the folder can't be renamed, or `target` exists.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fsync_tree(source)
    source.rename(target)
    fsync(target.parent)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one system call (Linux: `renameat2`).

    Return False, without a change, where the system or file system has no such call.

    Raises:
        OSError: the exchange is not permitted.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    if renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def delete_folder(folder: Path) -> None:
    """Rename a folder to a hidden name, then delete its files."""
    hidden = folder.with_name(f"{INCOMING}-removed-{os.getpid()}-{folder.name}")
    folder.rename(hidden)
    fsync(folder.parent)
    shutil.rmtree(hidden, ignore_errors=True)


def delete_incoming(parent: Path) -> None:
    """Delete the incomplete folders of a killed process; the caller holds the lock."""
    for path in parent.glob(f"{INCOMING}*"):
        shutil.rmtree(path, ignore_errors=True)


def fsync_tree(folder: Path) -> None:
    """Flush a folder and all its files to disk; symbolic links are skipped."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            if not path.is_symlink():
                fsync(path)
        fsync(Path(parent))


@dataclass(frozen=True, slots=True)
class FolderState:
    """The files of a record folder as (relative path, SHA-256), sorted."""

    files: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the state: equal states have equal digests."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The state as JSON."""
        return json.dumps(dict(self.files), ensure_ascii=True, sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> "FolderState":
        """Read a state from its JSON.

        Raises:
            ValueError: the text is not JSON.
        """
        return cls(tuple(sorted(json.loads(text).items())))


def folder_state(folder: Path, digest: Digest = sha256_of) -> FolderState | None:
    """Return the state of a folder, or None if the folder does not exist.

    Raises:
        OSError: a file can't be read.
    """
    if folder.is_symlink() or not folder.is_dir():
        return None
    files = folder_files(folder)
    return FolderState(
        tuple(sorted((name, digest(Path(entry.path))) for name, entry in files))
    )


def folder_files(
    folder: Path | str, prefix: str = ""
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files below a folder by relative path.

    Hidden files and symbolic links are left out: a link may lead anywhere. So are names
    that are not UTF-8, which can't be written into JSON.

    Raises:
        OSError: a folder can't be read.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            is_utf8 = entry.name == entry.name.encode("utf-8", "ignore").decode()
            if entry.name.startswith(".") or entry.is_symlink() or not is_utf8:
                continue
            if entry.is_dir():
                yield from folder_files(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield prefix + entry.name, entry


PRIVATE = 0o600

NOTES_FILE = ".draft.json"
"""The metadata of a draft (author, time, base version); it is never published."""

STAGING_FOLDER = ".changing"
"""The folder in `documents/`, and in the instance, where new folders are staged."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that is never modified: a hard link to it is enough."""

    path: Path


@dataclass(frozen=True, slots=True)
class Copied:
    """A file to copy, because the copy may be edited later."""

    path: Path


Content = bytes | Linked | Copied


@dataclass(frozen=True, slots=True)
class Step:
    """The replacement of `target` by `staged`, or its removal if `digest` is empty.

    `digest` is that of the new state. A removed folder is moved to `staged`.
    """

    target: Path
    staged: Path
    digest: str
    is_new: bool

    @property
    def old(self) -> Path:
        """Where the old folder is moved if `exchange` is not available."""
        return self.staged.with_name(f"{self.staged.name}.old")

    def apply(self, *, is_fresh: bool) -> None:
        """Apply the step if it is not applied yet.

        `is_fresh` skips the check: a new transaction has no applied step.
        """
        if not self.digest:
            if self.target.exists() and not self.staged.exists():
                self.staged.parent.mkdir(parents=True, exist_ok=True)
                self.target.rename(self.staged)
            return
        if not (is_fresh or self._is_pending()):
            return
        make_folder(self.target.parent)
        if not self.target.exists():
            self.staged.rename(self.target)
        elif not exchange(self.staged, self.target):
            self.target.rename(self.old)
            self.staged.rename(self.target)

    def _is_pending(self) -> bool:
        state = folder_state(self.staged)
        return state is not None and state.digest == self.digest

    def undo(self) -> None:
        """Revert the step if it was applied, in whole or in part."""
        if not self.digest:
            if self.staged.exists() and not self.target.exists():
                self.staged.rename(self.target)
        elif self.old.exists():
            if self.target.exists():
                self.target.rename(self.staged)
            self.old.rename(self.target)
        elif self.is_new:
            if self.target.exists() and not self.staged.exists():
                self.target.rename(self.staged)
        elif not self._is_pending():
            exchange(self.staged, self.target)


def write_content(path: Path, content: Content) -> None:
    """Write a file of a staged folder.

    Raises:
        OSError: the file can't be written; `filename` is set.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(path, content)
    except OSError as error:
        # ENOSPC comes without a file name.
        error.filename = error.filename or str(path)
        raise


def _write(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    if isinstance(content, Linked):
        with suppress(OSError):
            os.link(content.path, path)
            return
    shutil.copyfile(content.path, path)
    shutil.copystat(content.path, path)
    path.chmod(PRIVATE)


def copy_hidden_files(old: Path, staged: Path) -> None:
    """Copy hidden files, symbolic links and permissions: no record state has them."""
    if not old.is_dir():
        return
    shutil.copymode(old, staged)
    for folder, _, names in os.walk(old):
        for name in names:
            path = Path(folder) / name
            copy = staged / path.relative_to(old)
            if copy.exists():
                shutil.copymode(path, copy)
            elif (name.startswith(".") and name != NOTES_FILE) or path.is_symlink():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy, follow_symlinks=False)


def is_expired(folder: Path, at: dt.datetime, now: dt.datetime, *, days: int) -> bool:
    """Return whether a folder that was stored `at` a time is older than some days.

    A date in the future tells no age: the clock was wrong then, or is wrong now. The
    age is then counted from the modification time of the folder, which becomes the
    present time if it is in the future too.

    Raises:
        OSError: the modification time can't be read or set.
    """
    if at > now:
        at = dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC)
    if at > now:
        os.utime(folder, (now.timestamp(), now.timestamp()))
    return at < now - dt.timedelta(days=days)
