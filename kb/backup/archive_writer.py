"""Makes a safety copy while all goes on being used."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import glob
import hashlib
import os
import secrets
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from indexer.model.problems import message
from indexer.pipeline import Locations
from kb.backup.archive_contents import (
    FORMAT,
    MANIFEST,
    Manifest,
    StoredFile,
    archive_files,
)
from kb.backup.errors import BackupError
from kb.backup.verification import check_backup
from kb.core.files import flush_folder

CHUNK_BYTES = 1024 * 1024
PACKED_ALREADY = {".pdf", ".docx", ".odt", ".pptx", ".png", ".jpg", ".jpeg", ".zip"}
PASSING_TABLES = {"sessions", "links", "attempts"}
_SQLITE = b"SQLite format 3\x00"


def write_backup(locations: Locations, target: Path) -> Manifest:
    """Write a safety copy, read it again, and only then give it its name.

    A copy that stood there under that name stands until then.

    Raises:
        BackupError: something can't be read or written; no file is left behind.
    """
    _check_place(locations, target)
    _sweep(target)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _write_all(archive, locations)
            file.flush()
            os.fsync(file.fileno())
        manifest = check_backup(beside)
        beside.replace(target)
        flush_folder(target.parent)
    except (OSError, sqlite3.Error, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupError(
            target, message("the backup cannot be made: %(reason)s", reason=reason)
        ) from error
    finally:
        # Where nothing may be written, there is nothing to take away either.
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return manifest


def _sweep(target: Path) -> None:
    """Remove what a run that was killed left; one that still runs holds its own."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        with contextlib.suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _forget_passing(copy: sqlite3.Connection) -> None:
    """Leave out sessions, links and attempts: a restore must not bring them back.

    Whoever was signed out since then would be signed in again.
    """
    known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    for table in PASSING_TABLES & known:
        copy.execute(f"DELETE FROM {table}")  # noqa: S608  # one of our own names
    copy.commit()
    copy.execute("VACUUM")


def _check_place(locations: Locations, target: Path) -> None:
    """See that a copy does not come to lie in what it copies."""
    place = target.absolute().parent
    if not place.is_dir():
        raise BackupError(target, message("its folder does not exist"))
    resolved = place.resolve()
    for folder in (locations.documents, locations.instance):
        if folder.resolve() in {resolved, *resolved.parents}:
            raise BackupError(
                target, message("a backup must be outside %(folder)s", folder=folder)
            )
    if not locations.documents.is_dir():
        raise BackupError(
            locations.documents, message("there is no content to back up")
        )


def _write_all(archive: zipfile.ZipFile, locations: Locations) -> None:
    stored: dict[str, StoredFile] = {}
    for folder, within in (
        (locations.documents, "documents"),
        (locations.instance, "instance"),
    ):
        for name, path in archive_files(folder, within=within):
            with _steady(path) as steady:
                if steady is not None:
                    stored[name] = _write_one(archive, name, steady)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    archive.writestr(MANIFEST, Manifest(FORMAT, now, stored).to_json())


def _write_one(archive: zipfile.ZipFile, name: str, path: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    packing = (
        zipfile.ZIP_STORED
        if path.suffix.lower() in PACKED_ALREADY
        else zipfile.ZIP_DEFLATED
    )
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = packing
    info.external_attr = 0o600 << 16
    with (
        path.open("rb") as source,
        archive.open(info, "w", force_zip64=True) as target,
    ):
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return StoredFile(name, size, digest.hexdigest())


@contextmanager
def _steady(path: Path) -> Iterator[Path | None]:
    """Give a file that nobody writes into: of a database, a copy of one moment.

    None when it went away since it was listed.
    """
    try:
        with path.open("rb") as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
    except FileNotFoundError:
        yield None
        return
    if not is_database:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with (
            closing(sqlite3.connect(path, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            # A file alone, without the two that SQLite would keep beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            _forget_passing(target)
        yield copy
