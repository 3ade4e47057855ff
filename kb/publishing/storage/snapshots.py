"""The state of a record folder: the path and the SHA-256 of each file."""

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
    def parse(cls, text: str) -> FolderState:
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
