"""The steps of a change: what is made aside, and takes its place at once."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.publishing.storage.folders import exchange, flush
from kb.publishing.storage.snapshots import folder_state

NOTES_FILE = ".draft.json"
"""What is known of a draft; it stays behind when the draft is published."""

ASIDE = ".changing"
"""The folder beside the content, and beside the drafts, where what is new is made."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that nobody writes into: it may be one and the same in both places."""

    path: Path


@dataclass(frozen=True, slots=True)
class Copied:
    """A file to be copied, for what is made of it may be written into."""

    path: Path


Content = bytes | Linked | Copied


@dataclass(frozen=True, slots=True)
class Step:
    """One folder that is put, replaced or (without a digest) taken away."""

    place: Path
    made: Path
    digest: str
    is_new: bool

    @property
    def old(self) -> Path:
        """Where the old one waits when the two can't be exchanged at once."""
        return self.made.with_name(f"{self.made.name}.old")

    def take(self, *, is_fresh: bool) -> None:
        """Take this step, unless it was taken already, as none is that `is_fresh`."""
        if not self.digest:
            if self.place.exists() and not self.made.exists():
                self.made.parent.mkdir(parents=True, exist_ok=True)
                self.place.rename(self.made)
            return
        if not (is_fresh or self._is_to_take()):
            return
        self.place.parent.mkdir(parents=True, exist_ok=True)
        if not self.place.exists():
            self.made.rename(self.place)
        elif not exchange(self.made, self.place):
            self.place.rename(self.old)
            self.made.rename(self.place)

    def _is_to_take(self) -> bool:
        state = folder_state(self.made)
        return state is not None and state.digest == self.digest

    def undo(self) -> None:
        """Take this step back, as far as it was taken."""
        if not self.digest:
            if self.made.exists() and not self.place.exists():
                self.made.rename(self.place)
        elif self.old.exists():
            if self.place.exists():
                self.place.rename(self.made)
            self.old.rename(self.place)
        elif self.is_new:
            if self.place.exists() and not self.made.exists():
                self.place.rename(self.made)
        elif not self._is_to_take():
            exchange(self.made, self.place)


def make(path: Path, content: Content) -> None:
    """Write a file of what is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fill(path, content)
    except OSError as error:
        # A disk that is full does not say which file did not fit.
        error.filename = error.filename or str(path)
        raise


def _fill(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    if isinstance(content, Linked):
        with suppress(OSError):
            os.link(content.path, path)
            return
    shutil.copyfile(content.path, path)
    shutil.copystat(content.path, path)


def carry_over(old: Path, made: Path) -> None:
    """Keep what is no part of a record: hidden files, links, and who may read it."""
    if not old.is_dir():
        return
    shutil.copymode(old, made)
    for folder, _, names in os.walk(old):
        for name in names:
            path = Path(folder) / name
            there = made / path.relative_to(old)
            if there.exists():
                shutil.copymode(path, there)
            elif (name.startswith(".") and name != NOTES_FILE) or path.is_symlink():
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, there, follow_symlinks=False)


def flush_made(made: Path) -> None:
    """Flush the folders and files of what is new."""
    for parent, _, names in os.walk(made):
        for name in names:
            path = Path(parent) / name
            if not path.is_symlink():
                flush(path)
        flush(Path(parent))
    flush(made.parent)
