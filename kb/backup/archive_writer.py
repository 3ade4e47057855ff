"""Writes a backup while the service runs."""

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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from indexer.files import fsync
from indexer.model.problems import message
from indexer.pipeline import Locations
from kb.backup.archive import (
    CHUNK_BYTES,
    FORMAT,
    MANIFEST,
    Manifest,
    StoredFile,
    archive_files,
    check_backup,
)
from kb.backup.errors import BackupError
from kb.backup.recovery_facts import RecoveryFacts
from kb.core.sqlite import open_sqlite
from kb.core.storage_errors import StorageError

DATABASE_WAIT_S = 30.0
COMPRESSED_SUFFIXES = frozenset(".pdf .docx .odt .pptx .png .jpg .jpeg .zip".split())
CheckedT = TypeVar("CheckedT")

EPHEMERAL_TABLES = {"sessions", "links", "attempts", "devices"}
_SQLITE = b"SQLite format 3\x00"


def write_backup(
    locations: Locations, target: Path, *, facts: RecoveryFacts | None = None
) -> Manifest:
    """Write a backup to a temporary file, verify it, then rename it to `target`.

    `facts` are stored, for a later restore that is compared with them.

    Raises:
        BackupError: a file can't be read or written; `target` is unchanged.
    """
    return write_archive(
        locations,
        target,
        lambda archive: _write_all(archive, locations, facts),
        check=check_backup,
    )


def write_archive(
    locations: Locations,
    target: Path,
    write: Callable[[zipfile.ZipFile], None],
    *,
    check: Callable[[Path], CheckedT],
) -> CheckedT:
    """Write a zip to a temporary file, check it, then rename it to `target`.

    Returns the result of `check`, which raises `BackupError` to reject the file.

    Raises:
        BackupError: a file can't be read or written; `target` is unchanged.
    """
    _check_target(locations, target)
    _delete_incomplete(target)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                write(archive)
            file.flush()
            os.fsync(file.fileno())
        checked = check(temporary)
        temporary.replace(target)
        fsync(target.parent)
    except BackupError:
        raise
    except (OSError, StorageError, zipfile.BadZipFile) as error:
        reason = getattr(error, "reason", "") or getattr(error, "strerror", "") or error
        text = message("the file cannot be made: %(reason)s", reason=reason)
        raise BackupError(target, text) from error
    finally:
        # In a read-only folder, even `unlink` of a missing file may fail.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return checked


def _delete_incomplete(target: Path) -> None:
    """Delete the partial files of killed runs; a running one locks its own file."""
    for partial in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        with contextlib.suppress(OSError), partial.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            partial.unlink()


def _clear_ephemeral(copy: sqlite3.Connection) -> None:
    """Delete sessions, links, attempts and devices: a restore must not bring them back.

    Accounts that signed out since the backup would be signed in again.
    """
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    for table in EPHEMERAL_TABLES & tables:
        copy.execute(f"DELETE FROM {table}")  # noqa: S608  # one of our own names
    copy.commit()
    copy.execute("VACUUM")


def _check_target(locations: Locations, target: Path) -> None:
    """Check that a file is not written into the folders that it is made of."""
    parent = target.absolute().parent
    if not parent.is_dir():
        raise BackupError(target, message("its folder does not exist"))
    resolved = parent.resolve()
    for folder in (locations.documents, locations.instance):
        if folder.resolve() in {resolved, *resolved.parents}:
            outside = message("the file must be outside %(folder)s", folder=folder)
            raise BackupError(target, outside)
    if not locations.documents.is_dir():
        nothing = message("there is no content")
        raise BackupError(locations.documents, nothing)


def _write_all(
    archive: zipfile.ZipFile, locations: Locations, facts: RecoveryFacts | None
) -> None:
    stored: dict[str, StoredFile] = {}
    roots = {"documents": locations.documents, "instance": locations.instance}
    for root, folder in roots.items():
        for name, path in archive_files(folder, root=root):
            # The worker may delete an upload at any moment.
            with contextlib.suppress(FileNotFoundError), _snapshot(path) as snapshot:
                stored[name] = _write_one(archive, name, snapshot)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    manifest = Manifest(FORMAT, now, stored, facts)
    archive.writestr(MANIFEST, manifest.to_json())


def _write_one(archive: zipfile.ZipFile, name: str, path: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    is_compressed = path.suffix.lower() in COMPRESSED_SUFFIXES
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
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
def _snapshot(path: Path) -> Iterator[Path]:
    """Yield a file that is not being written: of a database, a consistent copy.

    Raises:
        FileNotFoundError: the file was deleted since it was listed.
    """
    with path.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    if not is_database:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with (
            open_sqlite(path, timeout_s=DATABASE_WAIT_S) as source,
            open_sqlite(copy, is_created=True) as target,
        ):
            source.backup(target)
            # In WAL mode, SQLite would need two more files.
            target.execute("PRAGMA journal_mode = DELETE")
            _clear_ephemeral(target)
        yield copy
