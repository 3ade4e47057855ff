"""Verifies a backup, every byte of it, before a restore uses it."""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.model.problems import message
from kb.backup.archive_contents import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    Manifest,
    StoredFile,
    read_manifest,
)
from kb.backup.errors import BackupError, system_error
from kb.core.sqlite import open_sqlite
from kb.core.storage_errors import storage_errors

CHUNK_BYTES = 1024 * 1024
DATABASE_SUFFIXES = (".db", ".sqlite")
"""The suffixes of the staff database and of the history."""

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

Sink = Callable[[bytes], object]


def check_backup(path: Path) -> Manifest:
    """Read a backup to its end, and return its manifest.

    Raises:
        BackupError: it is truncated, damaged, unsafe, or of a later version.
    """
    with open_backup(path) as (archive, manifest):
        for stored in manifest.files.values():
            is_instance = stored.name.startswith("instance/")
            if is_instance and stored.name.endswith(DATABASE_SUFFIXES):
                _check_database(path, archive, stored)
            else:
                extract_file(path, archive, stored, lambda _: None)
    return manifest


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup, and check its list of files, but not their content.

    Raises:
        BackupError: it is truncated, damaged, unsafe, or of a later version.
    """
    try:
        with (
            storage_errors(path, lambda _, reason: system_error(path, reason)),
            zipfile.ZipFile(path) as archive,
        ):
            yield archive, _manifest(path, archive)
    except _UNREADABLE as error:
        reason = message("it is incomplete or damaged (%(reason)s)", reason=error)
        raise BackupError(path, reason) from error
    except RuntimeError as error:
        reason = message("it cannot be read (%(reason)s)", reason=error)
        raise BackupError(path, reason) from error


def extract_file(
    path: Path, archive: zipfile.ZipFile, stored: StoredFile, sink: Sink
) -> None:
    """Pass the bytes of a file to `sink`, never more than its manifest says.

    Raises:
        BackupError: size or digest differ from the manifest.
    """
    digest, left = hashlib.sha256(), stored.size
    with archive.open(stored.name) as source:
        while chunk := source.read(CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                # A zip bomb: stop as soon as it exceeds its declared size.
                reason = message("%(name)s is larger than announced", name=stored.name)
                raise BackupError(path, reason)
            digest.update(chunk)
            sink(chunk)
    if left or digest.hexdigest() != stored.sha256:
        reason = message(
            "%(name)s is not the file that was backed up", name=stored.name
        )
        raise BackupError(path, reason)


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
            reason = message("%(name)s is not a regular file", name=each.filename)
            raise BackupError(path, reason)
    return manifest


def _check_database(path: Path, archive: zipfile.ZipFile, stored: StoredFile) -> None:
    """Run SQLite's integrity check on a stored database."""

    def damaged(_: Path, reason: str) -> BackupError:
        values = {"name": stored.name, "reason": reason}
        return BackupError(path, message("%(name)s is damaged (%(reason)s)", **values))

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with copy.open("wb") as file:
            extract_file(path, archive, stored, file.write)
        with open_sqlite(copy, damaged) as connection:
            (result,) = connection.execute("PRAGMA integrity_check").fetchone()
        if result != "ok":
            raise damaged(copy, result)
