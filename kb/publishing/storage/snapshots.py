"""The state of a record: which files its folder holds, and the digest of each."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import Digest, sha256_of


@dataclass(frozen=True, slots=True)
class FolderState:
    """The files of a record folder, by their path in it, with their SHA-256."""

    files: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """One digest for all of it: two states that have the same are the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The state as JSON."""
        return json.dumps(dict(self.files), ensure_ascii=True, sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> FolderState:
        """Read a state from JSON."""
        return cls(tuple(sorted(json.loads(text).items())))

    def get(self, name: str) -> str | None:
        """Give the digest of a file."""
        return next((sha256 for path, sha256 in self.files if path == name), None)


def folder_state(folder: Path, digest: Digest = sha256_of) -> FolderState | None:
    """Give the state of a folder; None when there is no such folder.

    What is hidden is no part of it, nor is a link, which might lead anywhere.

    Raises:
        OSError: something in it can't be read.
    """
    if folder.is_symlink() or not folder.is_dir():
        return None
    return FolderState(
        tuple(sorted((name, digest(path)) for name, path in _files(folder)))
    )


def _files(folder: Path, above: str = "") -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_apart(entry):
                continue
            path = Path(entry.path)
            name = above + entry.name
            if entry.is_dir():
                yield from _files(path, f"{name}/")
            elif entry.is_file():
                yield name, path


def _is_apart(entry: os.DirEntry[str]) -> bool:
    # A name that is not in UTF-8 could be written into no file of ours.
    is_odd = any(0xD800 <= ord(char) <= 0xDFFF for char in entry.name)
    return entry.name.startswith(".") or entry.is_symlink() or is_odd
