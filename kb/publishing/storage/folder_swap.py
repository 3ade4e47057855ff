"""The steps of a transaction: a staged folder replaces, or removes, a target folder."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.core.permissions import make_folder
from kb.publishing.storage.folders import exchange
from kb.publishing.storage.snapshots import folder_state

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
