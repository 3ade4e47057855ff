"""The files of a backup, its manifest, and the verification of every byte of it."""

import hashlib
import json
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from indexer.model.problems import Message, message
from kb.backup.errors import BackupError, system_error
from kb.backup.recovery_facts import RecoveryFacts
from kb.core.sqlite import open_sqlite
from kb.core.storage_errors import storage_errors

FORMAT = 1
"""The newest format; all formats from 1 on are read."""

MANIFEST = "manifest.json"
MAX_FILES = 300_000
MAX_BYTES = 200 * 1024**3
MAX_MANIFEST_BYTES = 100 * 1024**2
MAX_RATIO = 100
RATIO_FROM_BYTES = 100 * 1024**2

UPLOADS = "uploads"
REGENERABLE = re.compile(
    r"""
    .*\.lock                       # lock files
    | .*\.db-(?:wal|shm|journal)   # part of a database, which is copied as a whole
    | \..*                         # temporary files
    | index\.key | digests\.json | records\.db | judged\.json  # caches, made again
    | dump                         # made again from the content
    | readings                     # read again from the originals
    | secret\.key                  # the key of cookies and of second factors
    """,
    re.VERBOSE,
)
"""Names at the top of KB_INSTANCE that are not backed up.

All else is: accounts, audit log, drafts, history, trash, uploads that wait to be read.
"""

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a backup: its name in the zip, its size and its digest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of files of a backup."""

    format: int
    made_at: str
    files: Mapping[str, StoredFile]
    facts: RecoveryFacts | None = None
    """What a service that is restored must return; older backups have none."""

    @property
    def included(self) -> tuple[StoredFile, ...]:
        """The files to restore.

        Keys are left out: whoever made a backup would know its keys.
        """
        return tuple(file for file in self.files.values() if is_included(file.name))

    def to_json(self) -> bytes:
        """Return the manifest as JSON."""
        files = [asdict(file) for file in self.files.values()]
        body = {"format": self.format, "made_at": self.made_at, "files": files}
        if self.facts is not None:
            body["facts"] = asdict(self.facts)
        return json.dumps(body, ensure_ascii=False, indent=1).encode()


def read_manifest(path: Path, content: bytes) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        BackupError: it is damaged, of a later version, or has an unsafe name.
    """
    try:
        body = json.loads(content)
        number = int(body["format"])
        files = {
            str(each["name"]): StoredFile(
                str(each["name"]), int(each["size"]), str(each["sha256"])
            )
            for each in body["files"]
        }
        made_at, count = str(body["made_at"]), len(body["files"])
        facts = RecoveryFacts.from_body(body["facts"]) if "facts" in body else None
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        raise BackupError(
            path, message("this is not a backup made by this program")
        ) from error
    if not 1 <= number <= FORMAT:
        raise BackupError(path, later_format(number))
    unsafe = next((file for file in files.values() if not _is_safe(file)), None)
    if unsafe is not None:
        text = message("the name '%(name)s' or its size is unsafe", name=unsafe.name)
        raise BackupError(path, text)
    check_listing(path, {name: file.size for name, file in files.items()}, count)
    return Manifest(number, made_at, files, facts)


def later_format(number: object) -> Message:
    """Return the message on an archive that a later version wrote."""
    return message("its format %(number)s is of a later version of kb", number=number)


def check_listing(path: Path, sizes: Mapping[str, int], count: int) -> None:
    """Check the sizes of files by their names, of an archive with `count` entries.

    Raises:
        BackupError: two names clash, or the files are too many or too large.
    """
    total = sum(sizes.values())
    folders = {
        parent.as_posix() for name in sizes for parent in PurePosixPath(name).parents
    }
    clash = next((name for name in sizes if name in folders), None)
    if count != len(sizes) or count > MAX_FILES:
        reason = message("its list of files is not valid")
    elif total > MAX_BYTES:
        reason = message("it claims to contain more than this program can restore")
    elif total > max(RATIO_FROM_BYTES, MAX_RATIO * path.stat().st_size):
        reason = message("it claims to contain far more than a file of its size can")
    elif clash is not None:
        reason = message(
            "the name '%(name)s' is that of a file and of a folder", name=clash
        )
    else:
        return
    raise BackupError(path, reason)


def archive_files(folder: Path, *, root: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of a folder to back up, with their names in the zip, in order.

    Symbolic links, empty folders and undecodable names are left out. Uploads come
    before drafts: the worker makes a draft of an upload, then deletes the upload.
    """
    for parent, folders, names in os.walk(folder):
        folders.sort(key=lambda name: (name != UPLOADS, name))
        for name in sorted(names):
            path = Path(parent, name)
            inner = path.relative_to(folder).as_posix()
            stored = f"{root}/{inner}"
            if (
                is_included(stored)
                and not _is_undecodable(inner)
                and _is_regular_file(path)
            ):
                yield stored, path


def _is_regular_file(path: Path) -> bool:
    """Return whether a path is a file, no link, and was not deleted meanwhile."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def non_utf8_names(folder: Path) -> Iterator[Path]:
    """Yield the files whose names are not UTF-8: a zip can't hold them.

    They are not part of any record.
    """
    for root, _, names in os.walk(folder):
        yield from (
            Path(root, name) for name in names if _is_undecodable(f"{root}/{name}")
        )


def _is_undecodable(name: str) -> bool:
    return any(0xD800 <= ord(char) <= 0xDFFF for char in name)


def is_included(name: str) -> bool:
    """Return whether a file, by its name in the zip, belongs in a backup."""
    root, at_top, *inner = PurePosixPath(name).parts
    if root != "instance":
        return True
    # Hidden: lock files, and uploads that are not received completely.
    is_hidden_upload = at_top == UPLOADS and bool(inner) and inner[0].startswith(".")
    return not is_hidden_upload and REGENERABLE.fullmatch(at_top) is None


def _is_safe(stored: StoredFile) -> bool:
    """Return whether a file would be extracted below one of the two folders."""
    name = stored.name
    path = PurePosixPath(name)
    return (
        bool(_NAME.fullmatch(stored.sha256))
        and 0 <= stored.size <= MAX_BYTES
        and name == path.as_posix()
        and len(path.parts) >= 2
        and is_name_below(name, {"documents", "instance"})
    )


def is_name_below(name: str, folders: Collection[str]) -> bool:
    """Return whether a name in a zip leads below one of some folders of the zip."""
    parts = PurePosixPath(name).parts
    return (
        parts[:1] != ()
        and parts[0] in folders
        and ".." not in parts
        and not any(sign in name for sign in ("\\", "\0", "//"))
        and all(len(part.encode(errors="replace")) <= 255 for part in parts)
    )


CHUNK_BYTES = 1024 * 1024
DATABASE_SUFFIXES = (".db", ".sqlite")
"""The suffixes of the staff database and of the history."""

UNREADABLE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

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
    except UNREADABLE_ERRORS as error:
        reason = message("it is incomplete or damaged (%(reason)s)", reason=error)
        raise BackupError(path, reason) from error
    except RuntimeError as error:
        reason = message("it cannot be read (%(reason)s)", reason=error)
        raise BackupError(path, reason) from error


def extract_file(
    path: Path, archive: zipfile.ZipFile, stored: StoredFile, sink: Sink
) -> None:
    """Pass the bytes of a file to `sink`; `zipfile` reads no more than announced.

    Raises:
        BackupError: the digest differs from the manifest.
    """
    digest = hashlib.sha256()
    with archive.open(stored.name) as source:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            sink(chunk)
    if digest.hexdigest() != stored.sha256:
        reason = message(
            "%(name)s is not the file that was backed up", name=stored.name
        )
        raise BackupError(path, reason)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(names) != len(set(names)):
        raise BackupError(path, message("two of its files have the same name"))
    if MANIFEST not in names:
        raise BackupError(path, message("this is not a backup made by this program"))
    if archive.getinfo(MANIFEST).file_size > MAX_MANIFEST_BYTES:
        raise BackupError(path, message("its list of files is too long"))
    manifest = read_manifest(path, archive.read(MANIFEST))
    if set(names) != {MANIFEST, *manifest.files}:
        raise BackupError(path, message("it contains files that it does not list"))
    for member in members:
        name, mode = member.filename, member.external_attr >> 16
        if member.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            raise BackupError(
                path, message("%(name)s is not a regular file", name=name)
            )
        if name != MANIFEST and member.file_size > manifest.files[name].size:
            text = message("%(name)s is larger than announced", name=name)
            raise BackupError(path, text)
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
