"""The folders of the content: their order, their stamps, and what has no place."""

import dataclasses
import hashlib
import os
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import natural_key
from indexer.corpus.text_files import shown_name
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem, ProblemCode, message

_KINDS = list(Kind)

FileStamps = tuple[tuple[str, FileStamp], ...]
"""The name and the stamp of each file of a folder."""

Listing = Mapping[Kind, Sequence[os.DirEntry[str]]]
"""The entries of the folder of each kind, without hidden ones."""


def list_records(root: Path) -> Listing:
    """List the folder of each kind; `unknown_entries` reports a folder that fails."""
    return {kind: _entries(root / kind.folder) for kind in Kind}


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if entry.name[0] != "."]
    except OSError:
        return []
    return sorted(visible, key=lambda entry: natural_key(entry.name))


def unknown_entries(
    root: Path, known_names: Container[str], listed: Listing
) -> Iterator[Problem]:
    """Yield a problem for each file and folder that is no record and not known."""
    for entry in sorted(root.iterdir()):
        if entry.name in known_names or entry.name.startswith("."):
            continue
        name = shown_name(entry.name)
        yield ProblemCode.UNKNOWN_KIND_FOLDER.at(
            f"{root.name}/{name}",
            name=name,
            folders=", ".join(kind.folder for kind in Kind),
        )
    for kind, entries in listed.items():
        yield from _stray_entries(root, kind, entries)


def _stray_entries(
    root: Path, kind: Kind, entries: Sequence[os.DirEntry[str]]
) -> Iterator[Problem]:
    folder, display_path = root / kind.folder, f"{root.name}/{kind.folder}"
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK)):
        yield ProblemCode.INVALID_KIND_FOLDER.at(display_path)
    for entry in entries:
        if not is_folder(entry):
            name = shown_name(entry.name)
            problem = ProblemCode.STRAY_FILE.at(f"{display_path}/{name}", name=name)
            remedy = message("put it into the folder of a record, or remove it")
            yield dataclasses.replace(problem, remedy=remedy)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder; a symbolic link could lead out of the content."""
    return entry.is_dir(follow_symlinks=False)


def record_position(record_id: RecordId) -> tuple[int, object]:
    """Return the position of a record in the content: by kind, then by name."""
    return _KINDS.index(record_id.kind), natural_key(record_id.slug)


def record_stamps(folder: Path) -> bytes:
    """Return a digest of the stamps of a record's files; empty if they can't be read.

    The stamps themselves take a kilobyte for each record.
    """
    try:
        stamps = sorted(_file_stamps(folder))
    except OSError:
        return b""
    return hashlib.blake2b(repr(stamps).encode(), digest_size=16).digest()


def _file_stamps(folder: Path) -> Iterator[tuple[str, FileStamp]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue  # the lock of an editor, which may be a broken link
            status = entry.stat(follow_symlinks=entry.is_file())
            yield entry.name, file_stamp(status)
            if entry.name == FILES_FOLDER and entry.is_dir():
                # Writing into a file does not change the mtime of its folder.
                for name, stamp in _file_stamps(Path(entry.path)):
                    yield f"{FILES_FOLDER}/{name}", stamp
