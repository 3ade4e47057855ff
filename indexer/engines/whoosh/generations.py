"""The generations of an index on disk: a folder for each, and the name of the current.

    <index>/current      the name of the current generation
    <index>/lock         the lock of the writer
    <index>/generations/000007-0123abcd/
                         the files of Whoosh, and stamp.json

A stamp lists the digest of each file, and is signed with a key that is outside the
index. A generation without our signature is never opened. The generation before the
current one stays on disk, for searches when the current one is damaged.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indexer.engines.signatures import IndexKey
from indexer.engines.writer_processes import WriterLock
from indexer.errors import IndexUnavailableError, IndexWriteError
from indexer.files import fsync, write_file_atomically
from indexer.model.problems import Notify

CURRENT = "current"
STAMP = "stamp.json"
MIN_LINKED = 8_000_000
"""In bytes: larger files are hard links, smaller ones copies of the verified bytes."""

_NAME = re.compile(r"(\d{6,})-[0-9a-f]{8}")
"""A rising number and a random part, so that a name is never used twice."""


Mark = tuple[int, int, int]
"""The inode, the size and the mtime (ns) of a file: they change when it is written."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The verified content of a generation.

    The bytes are read once and used from memory: a later change of a file has no
    effect.

    `files` and `digests` have the bytes and the SHA-256 of each file by name; `marks`
    the digest of each file that was read, and the mark it had then. `version` is that
    of the code that wrote the generation; `fingerprints` are by record id.
    """

    name: str
    files: Mapping[str, bytes]
    digests: Mapping[str, str]
    marks: frozenset[tuple[str, Mark]]
    version: str
    fingerprints: Mapping[str, str]


class Generations:
    """The generations in one folder."""

    def __init__(self, root: Path, key_file: Path, *, notify: Notify) -> None:
        self._root = root.resolve()
        self._current = self._root / CURRENT
        self._key = IndexKey(key_file)
        self._lock = WriterLock(self._root, notify=notify)

    @property
    def root(self) -> Path:
        """The folder of the index."""
        return self._root

    def mark(self) -> tuple[int, int] | None:
        """Return the inode and the mtime of the file `current`; None without the file.

        They change when another generation becomes current, as the file is always
        replaced. Each search compares them: that costs less than reading the name.
        """
        try:
            status = self._current.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def current_name(self) -> str | None:
        """Return the name of the current generation; None when there is none."""
        try:
            name = self._current.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return name if _NAME.fullmatch(name) else None

    def load(self, known: Generation | None = None) -> Generation:
        """Read and verify the current generation, or else the newest valid one.

        Files of `known` with the same digest are not read again.

        Raises:
            IndexUnavailableError: no generation is valid.
        """
        reasons: list[str] = []
        current = self.current_name()
        if current is None:
            reasons.append("no generation is named as the current one")
        names = sorted(self._names(), reverse=True)
        if current in names:
            names.remove(current)
            names.insert(0, current)
        for name in names:
            try:
                return self.verify(name, known, trusts_memory=True)
            except IndexUnavailableError as error:
                reasons.append(f"{name}: {error.reason}")
        raise IndexUnavailableError(self._root, "; ".join(reasons))

    def verify(
        self,
        name: str,
        known: Generation | None = None,
        *,
        trusts_memory: bool = False,
    ) -> Generation:
        """Read one generation, and check its owner, its signature and every byte.

        Files of `known`, a verified generation, are not read again as long as their
        marks are the same; with `trusts_memory`, even when a mark changed.

        Raises:
            IndexUnavailableError: the generation is not valid.
        """
        folder = self._root / "generations" / name
        try:
            self._check_private(folder)
            stamp = self._read_stamp(folder)
            digests = stamp["files"]
            files, marks = _read_files(
                folder, digests, known, trusts_memory=trusts_memory
            )
            return Generation(
                name,
                files,
                digests,
                marks,
                stamp["version"],
                stamp["fingerprints"],
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexUnavailableError(
                self._root, str(error) or "unreadable"
            ) from error

    def writing(self) -> AbstractContextManager[None]:
        """Lock the index for writing; notify and wait while another process has it.

        Raises:
            IndexBusyError: the wait was too long.
            IndexWriteError: the folder can't be made or locked.
        """
        return self._lock.held()

    @contextmanager
    def new(
        self,
        version: str,
        fingerprints: Mapping[str, str],
        *,
        base: Generation | None = None,
    ) -> Iterator[Path]:
        """Yield the folder of a new generation: empty, or with the files of `base`.

        Files of `base` must be replaced or removed, never changed: they may be hard
        links. When the block ends without an exception, the files are flushed and
        signed, and the generation becomes the current one; otherwise nothing changes.
        Use it inside `writing`.

        Raises:
            IndexWriteError: a file could not be written.
        """
        last = max((int(name.partition("-")[0]) for name in self._names()), default=0)
        name = f"{last + 1:06d}-{secrets.token_hex(4)}"
        folder = self._root / "generations" / name
        try:
            if folder.parent.is_symlink() or folder.parent.is_file():
                _move_away(folder.parent)
            folder.mkdir(parents=True, mode=0o700)
            if base is not None:
                _copy_files(base, folder.with_name(base.name), folder)
            yield folder
            self._sign(folder, version, fingerprints, base)
            self._name_current(name)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            reason = error.strerror or str(error)
            raise IndexWriteError(self._root, reason) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._remove_old(name)

    def altered(self, base: Generation, alter: Callable[[Path], None]) -> Generation:
        """Return a generation as if its files were altered; it is stored nowhere.

        `alter` adds and removes files in a folder that is deleted afterwards.

        Raises:
            OSError: a file could not be written.
        """
        with tempfile.TemporaryDirectory(prefix="trial-", dir=self._root) as made:
            folder = Path(made)
            _copy_files(base, self._root / "generations" / base.name, folder)
            alter(folder)
            files = {
                path.name: base.files.get(path.name) or path.read_bytes()
                for path in folder.iterdir()
            }
        digests = {
            name: base.digests.get(name) or hashlib.sha256(content).hexdigest()
            for name, content in files.items()
        }
        name = f"{base.name}-trial"
        return replace(base, name=name, files=files, digests=digests)

    @property
    def has_earlier(self) -> bool:
        """Whether a generation before the current one is on disk."""
        return len(self._names()) > 1

    def remove_earlier(self) -> None:
        """Remove all generations but the current one; use it inside `writing`."""
        current = self.current_name()
        for name in self._names():
            if current is not None and name != current:
                shutil.rmtree(self._root / "generations" / name, ignore_errors=True)

    def _names(self) -> list[str]:
        try:
            entries = list((self._root / "generations").iterdir())
        except OSError:
            return []
        return sorted(
            entry.name
            for entry in entries
            if _NAME.fullmatch(entry.name) and entry.is_dir()
        )

    def _check_private(self, folder: Path) -> None:
        for path in (self._root, folder):
            status = path.lstat()
            if status.st_uid != os.geteuid() or status.st_mode & 0o077:
                raise ValueError(f"{path.name} is not private to this user")

    def _read_stamp(self, folder: Path) -> dict[str, Any]:
        sealed = json.loads((folder / STAMP).read_text("utf-8"))
        if not self._key.is_ours(sealed["stamp"], sealed["signature"]):
            raise ValueError("the signature is not ours")
        stamp: dict[str, Any] = json.loads(sealed["stamp"])
        return stamp

    def _sign(
        self,
        folder: Path,
        version: str,
        fingerprints: Mapping[str, str],
        base: Generation | None,
    ) -> None:
        digests = {}
        for path in sorted(folder.iterdir()):
            if base is not None and _is_of(base, path):
                digests[path.name] = base.digests[path.name]
                continue
            with path.open("rb+") as file:
                digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
        stamp = json.dumps(
            {"version": version, "files": digests, "fingerprints": dict(fingerprints)},
            sort_keys=True,
        )
        sealed = {"stamp": stamp, "signature": self._key.sign(stamp)}
        write_file_atomically(folder / STAMP, json.dumps(sealed).encode())
        fsync(folder.parent)

    def _name_current(self, name: str) -> None:
        if self._current.is_dir():
            _move_away(self._current)
        write_file_atomically(self._current, name.encode())

    def _remove_old(self, current: str) -> None:
        """Remove all generations before the current one, except the last of them."""
        earlier = [name for name in self._names() if name < current]
        for name in earlier[:-1]:
            shutil.rmtree(self._root / "generations" / name, ignore_errors=True)


def _read_files(
    folder: Path,
    digests: Mapping[str, str],
    known: Generation | None,
    *,
    trusts_memory: bool,
) -> tuple[dict[str, bytes], frozenset[tuple[str, Mark]]]:
    """Return the files of a generation, and the marks under which they were verified.

    The parameters are those of `Generations.verify`.
    """
    contents, seen = {}, frozenset[tuple[str, Mark]]()
    if known is not None:
        contents = {known.digests[name]: known.files[name] for name in known.files}
        seen = known.marks
    marks = {mark for mark in seen if trusts_memory and mark[0] in digests.values()}
    files = {}
    for name, digest in digests.items():
        path = folder / name
        content = contents.get(digest)
        if content is None or not trusts_memory:
            mark = _mark(path.stat())
            if content is None or (digest, mark) not in seen:
                content, mark = _read(path, digest)
            marks.add((digest, mark))
        files[name] = content
    return files, frozenset(marks)


def _read(path: Path, digest: str) -> tuple[bytes, Mark]:
    with path.open("rb") as file:
        mark = _mark(os.fstat(file.fileno()))
        content = file.read()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{path.name} is damaged")
    return content, mark


def _mark(status: os.stat_result) -> Mark:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _copy_files(base: Generation, before: Path, folder: Path) -> None:
    """Put the files of a generation into a folder: large files as hard links.

    A file that changed after it was verified is detected when it is read again.
    """
    for name, content in base.files.items():
        try:
            if len(content) < MIN_LINKED:
                (folder / name).write_bytes(content)
            else:
                (folder / name).hardlink_to(before / name)
        except OSError:
            (folder / name).write_bytes(content)


def _is_of(base: Generation, path: Path) -> bool:
    """Return whether a file is a hard link to one of a generation."""
    earlier = path.parent.with_name(base.name) / path.name
    return earlier.exists() and path.samefile(earlier)


def _move_away(path: Path) -> None:
    """Rename a foreign file that is in the way."""
    path.rename(path.with_name(f"{path.name}.foreign-{secrets.token_hex(4)}"))
