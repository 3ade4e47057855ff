"""A cache of readings on disk, so that an unchanged file is not read again.

The key is the digest of the file's bytes and the digest of the code that reads them: a
change of the readers invalidates every reading. The folder can be deleted at any time.
"""

import gzip
import hashlib
import importlib.metadata
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pypdfium2.version as pdfium_version

import indexer.readers
from indexer.errors import FileUnreadableError
from indexer.files import sources_digest, write_file_atomically
from indexer.model.document import FileReading, Unreadable
from indexer.model.page_pictures import PagePicture
from indexer.model.tables import SentTable
from indexer.readers.sandbox.protocol import (
    ReadingAnswer,
    pack,
    pack_pictures,
    unpack,
    unpack_pictures,
)
from indexer.readers.type_detection import expected_type

_SUFFIX = ".json.gz"
_PRIVATE = 0o600
_COMPRESSION = 6
_GRACE_S = 24 * 3600.0
"""Age below which `prune` skips a file: another version may be running."""

_TEXT, _OCR, _REFUSED, _PAGE = "text", "ocr", "refused", "page"
_NOT_PERMANENT = {
    Unreadable.MISSING,
    Unreadable.TOO_SLOW,
    Unreadable.TOO_MUCH_MEMORY,
    Unreadable.CRASHED,
    Unreadable.SCANNED,
}
"""Errors that a larger machine, or a program installed later, may avoid."""


@cache
def readers_version() -> str:
    """Return the digest of the code, the PDF library and the model that read files."""
    folder = Path(indexer.readers.__file__).parent
    return sources_digest(
        sorted(folder.rglob("*.py")),
        str(pdfium_version.PDFIUM_INFO),
        importlib.metadata.version("py3langid"),
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; "" when it can't be opened."""
    with suppress(OSError):
        # Opening a pipe would block.
        if path.is_file():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """A folder with one compressed file for each reading."""

    folder: Path

    def get(self, name: str, sha256: str, *, ocr: bool = False) -> ReadingAnswer | None:
        """Return the cached answer for a file with this digest, under this name.

        None when there is none, when it is damaged, and when the extension of `name`
        calls for another type than the extension of the name that was read.
        """
        return self._load(name, sha256, _OCR if ocr else _TEXT)

    def put(self, sha256: str, answer: ReadingAnswer, *, ocr: bool = False) -> None:
        """Store an answer atomically; errors that may not last are not stored."""
        if not isinstance(answer, FileReading) and answer.reason in _NOT_PERMANENT:
            return
        self._store(sha256, _OCR if ocr else _TEXT, answer)

    def has(self, sha256: str) -> bool:
        """Return whether an answer or an error is cached for this digest."""
        return any(
            self._path(sha256, kind).exists() for kind in (_TEXT, _OCR, _REFUSED)
        )

    def has_recognised(self, sha256: str) -> bool:
        """Return whether a reading with OCR is cached for this digest."""
        return self._path(sha256, _OCR).exists()

    def put_refusal(self, sha256: str, error: FileUnreadableError) -> None:
        """Store an error of any kind, so that the service does not retry the file."""
        self._store(sha256, _REFUSED, error)

    def get_refusal(self, name: str, sha256: str) -> FileUnreadableError | None:
        """Return the error stored by `put_refusal`."""
        answer = self._load(name, sha256, _REFUSED)
        return None if isinstance(answer, FileReading) else answer

    def picture(self, sha256: str, number: int) -> PagePicture | None:
        """Return the cached picture of a page; None when there is none."""
        try:
            content = self._path(sha256, f"{_PAGE}{number}").read_bytes()
            return unpack_pictures(gzip.decompress(content))[0]
        except (OSError, EOFError, ValueError, IndexError, zlib.error):
            return None

    def put_picture(self, sha256: str, picture: PagePicture) -> None:
        """Store the picture of a page; `prune` deletes it after a day."""
        self._write(sha256, f"{_PAGE}{picture.number}", pack_pictures([picture]))

    def prune(self) -> int:
        """Delete pictures, and readings of other versions of the readers; count them.

        Files younger than a day stay: a process of that version may still run. Readings
        with OCR have no version, and stay.
        """
        now = time.time()
        count = 0
        for path in self.folder.glob("??/*"):
            # Another process may have deleted the file.
            with suppress(FileNotFoundError):
                # A date in the future comes from a wrong clock: it is no recent one.
                age_s = abs(now - path.stat().st_mtime)
                if _is_outdated(path.name) and age_s > _GRACE_S:
                    path.unlink()
                    count += 1
        return count

    def _load(self, name: str, sha256: str, kind: str) -> ReadingAnswer | None:
        try:
            content = self._path(sha256, kind).read_bytes()
            answer = unpack(gzip.decompress(content))
        except (OSError, EOFError, ValueError, zlib.error):
            # Missing, truncated or foreign: the file is read again.
            return None
        if isinstance(answer, SentTable):
            return None
        expected = expected_type(name)
        if expected is not None and expected is not expected_type(answer.name):
            return None
        if isinstance(answer, FileUnreadableError):
            return FileUnreadableError(name, answer.reason, answer.detail)
        return replace(answer, name=name) if answer.sha256 == sha256 else None

    def _store(self, sha256: str, kind: str, answer: ReadingAnswer) -> None:
        self._write(sha256, kind, pack(answer))

    def _write(self, sha256: str, kind: str, packed: bytes) -> None:
        path = self._path(sha256, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = gzip.compress(packed, _COMPRESSION, mtime=0)
        write_file_atomically(path, content, mode=_PRIVATE, is_durable=False)

    def _path(self, sha256: str, kind: str) -> Path:
        # OCR takes minutes and depends little on the readers: it has no version.
        version = "" if kind == _OCR else f"-{readers_version()}"
        return self.folder / sha256[:2] / f"{sha256}-{kind}{version}{_SUFFIX}"


def _is_outdated(name: str) -> bool:
    if name.startswith("."):
        return True  # A temporary file of a killed process.
    _, _, kind_and_version = name.removesuffix(_SUFFIX).partition("-")
    kind, _, version = kind_and_version.partition("-")
    if kind.startswith(_PAGE):
        return True  # Pages are drawn again in a second.
    return kind in {_TEXT, _REFUSED} and version != readers_version()
