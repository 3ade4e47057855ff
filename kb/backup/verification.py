"""Checks a safety copy, every byte of it, before anything is done with it."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from indexer.model.problems import message
from kb.backup.archive_contents import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    Manifest,
    StoredFile,
    read_manifest,
)
from kb.backup.errors import BackupError, of_system

CHUNK_BYTES = 1024 * 1024
DATABASES = (".db", ".sqlite")
"""How the names of databases end: that of the staff, and that of the history."""

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

Sink = Callable[[bytes], object]


def check_backup(path: Path) -> Manifest:
    """Read a copy to its end, and give what it holds.

    Raises:
        BackupError: it is cut, damaged, unsafe, or of a later version.
    """
    with opened(path) as (archive, manifest):
        for stored in manifest.files.values():
            if stored.name.startswith("instance/") and stored.name.endswith(DATABASES):
                _check_database(path, archive, stored)
            else:
                copy_out(path, archive, stored, _forget)
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a copy whose list of files can be trusted; their bytes are not read yet.

    Raises:
        BackupError: as above.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(path, archive)
            yield archive, manifest
    except _UNREADABLE as error:
        raise BackupError(
            path, message("it is incomplete or damaged (%(reason)s)", reason=error)
        ) from error
    except RuntimeError as error:
        raise BackupError(
            path, message("it can't be read (%(reason)s)", reason=error)
        ) from error
    except OSError as error:
        raise BackupError(path, of_system(error)) from error


def copy_out(
    path: Path, archive: zipfile.ZipFile, stored: StoredFile, sink: Sink
) -> None:
    """Give the bytes of a file to `sink`; never more than its manifest says.

    Raises:
        BackupError: they are not those that were put in.
    """
    digest, left = hashlib.sha256(), stored.size
    with archive.open(stored.name) as source:
        while chunk := source.read(CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                # A bomb: it is left as soon as it gives more than it said.
                raise BackupError(
                    path, message("%(name)s is larger than announced", name=stored.name)
                )
            digest.update(chunk)
            sink(chunk)
    if left or digest.hexdigest() != stored.sha256:
        raise BackupError(
            path,
            message("%(name)s is not the file that was backed up", name=stored.name),
        )


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    members = archive.infolist()
    names = [each.filename for each in members]
    if len(names) != len(set(names)):
        raise BackupError(path, message("two of its files have the same name"))
    if MANIFEST not in names:
        raise BackupError(path, message("this is not a backup made by this program"))
    if archive.getinfo(MANIFEST).file_size > MAX_MANIFEST_BYTES:
        raise BackupError(path, message("its list of files is too long"))
    manifest = read_manifest(path, archive.read(MANIFEST))
    if set(names) != {MANIFEST, *manifest.files}:
        raise BackupError(path, message("it contains files that it does not list"))
    for each in members:
        mode = each.external_attr >> 16
        if each.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            raise BackupError(
                path, message("%(name)s is not a regular file", name=each.filename)
            )
    return manifest


def _check_database(path: Path, archive: zipfile.ZipFile, stored: StoredFile) -> None:
    """See that a database is whole as a database too."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with copy.open("wb") as file:
            copy_out(path, archive, stored, file.write)
        try:
            with closing(sqlite3.connect(copy)) as connection:
                (found,) = connection.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.Error as error:
            found = str(error)
        if found != "ok":
            raise BackupError(
                path,
                message(
                    "%(name)s is damaged (%(reason)s)", name=stored.name, reason=found
                ),
            )


def _forget(_chunk: bytes) -> None:
    """Keep nothing: the digest alone is wanted."""
