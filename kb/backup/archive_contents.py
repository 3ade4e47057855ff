"""What a safety copy holds, and what it need not."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indexer.model.problems import message
from kb.backup.errors import BackupError

FORMAT = 1
"""The newest format; those from 1 on are read."""

MANIFEST = "manifest.json"
MAX_FILES = 300_000
MAX_BYTES = 200 * 1024**3
MAX_MANIFEST_BYTES = 100 * 1024**2
MAX_RATIO = 100
RATIO_FROM_BYTES = 100 * 1024**2

MADE_AGAIN = re.compile(
    r"""
    .*\.lock                       # held by whoever works just now
    | .*\.db-(?:wal|shm|journal)   # part of a database, which is copied whole
    | \..*                         # begun, and not finished
    | index\.key | digests\.json   # of the index, which is made anew
    | readings                     # read again from the originals
    | uploads                      # what was read of them is in the drafts
    | secret\.key                  # signs cookies: after a restore, all sign in again
    """,
    re.VERBOSE,
)
"""What stands at the top of KB_INSTANCE and can be made again, or means nothing later.

All else is copied: accounts, log, drafts, history, what was put aside.
"""

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a copy: its name in it, its size and its digest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy says it holds."""

    format: int
    made_at: str
    files: Mapping[str, StoredFile]

    @property
    def wanted(self) -> tuple[StoredFile, ...]:
        """The files to put back: not those that no copy of ours holds, such as keys.

        Whoever put a key into a copy would know it.
        """
        return tuple(each for each in self.files.values() if is_wanted(each.name))

    def to_json(self) -> bytes:
        """Write it."""
        body = {
            "format": self.format,
            "made_at": self.made_at,
            "files": [
                {"name": each.name, "size": each.size, "sha256": each.sha256}
                for each in self.files.values()
            ],
        }
        return json.dumps(body, ensure_ascii=False, indent=1).encode()


def read_manifest(path: Path, content: bytes) -> Manifest:
    """Read the manifest of a copy.

    Raises:
        BackupError: it is none, it is of a later version, or a name in it is unsafe.
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
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BackupError(
            path, message("this is not a backup made by this program")
        ) from error
    if not 1 <= number <= FORMAT:
        raise BackupError(
            path,
            message("its format %(number)s is of a later version of kb", number=number),
        )
    if count != len(files) or count > MAX_FILES:
        raise BackupError(path, message("its list of files is not valid"))
    for each in files.values():
        if not _is_safe(each):
            raise BackupError(
                path,
                message("the name '%(name)s' or its size is unsafe", name=each.name),
            )
    total = sum(each.size for each in files.values())
    if total > MAX_BYTES:
        raise BackupError(
            path, message("it claims to contain more than this program can restore")
        )
    if total > max(RATIO_FROM_BYTES, MAX_RATIO * path.stat().st_size):
        raise BackupError(
            path, message("it claims to contain far more than a file of its size can")
        )
    _refuse_clashes(path, files)
    return Manifest(number, made_at, files)


def archive_files(folder: Path, *, within: str) -> Iterator[tuple[str, Path]]:
    """Give the files to copy of a folder, with their names in the copy, in order.

    A symbolic link is not followed: what it leads to is elsewhere, and kept there.
    Folders that hold nothing are left out, and what `odd_names` gives.
    """
    for root, folders, names in os.walk(folder):
        folders.sort()
        here = Path(root)
        for name in sorted(names):
            path = here / name
            inner = path.relative_to(folder).as_posix()
            stored = f"{within}/{inner}"
            is_regular = stat.S_ISREG(path.lstat().st_mode)
            if is_regular and is_wanted(stored) and not _is_odd(inner):
                yield stored, path


def odd_names(folder: Path) -> Iterator[Path]:
    """Give the files whose names are not in UTF-8: a copy can't hold them.

    They are no part of any record.
    """
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names if _is_odd(f"{root}/{name}"))


def _is_odd(name: str) -> bool:
    return any(0xD800 <= ord(char) <= 0xDFFF for char in name)


def is_wanted(name: str) -> bool:
    """Tell whether a file, by its name in a copy, belongs in one."""
    within, at_top, *_ = PurePosixPath(name).parts
    return within != "instance" or MADE_AGAIN.fullmatch(at_top) is None


def _is_safe(stored: StoredFile) -> bool:
    """Tell whether a file can only land in one of the two folders."""
    name = stored.name
    path = PurePosixPath(name)
    return (
        bool(_NAME.fullmatch(stored.sha256))
        and 0 <= stored.size <= MAX_BYTES
        and name == path.as_posix()
        and len(path.parts) >= 2
        and path.parts[0] in {"documents", "instance"}
        and ".." not in path.parts
        and not any(each in name for each in ("\\", "\0", "//"))
        and all(len(part.encode()) <= 255 for part in path.parts)
    )


def _refuse_clashes(path: Path, files: Mapping[str, StoredFile]) -> None:
    """See that no file stands where another needs a folder."""
    folders = {
        parent.as_posix() for name in files for parent in PurePosixPath(name).parents
    }
    clash = next((name for name in files if name in folders), None)
    if clash is not None:
        raise BackupError(
            path,
            message(
                "the name '%(name)s' is that of a file and of a folder", name=clash
            ),
        )
