"""Keeps readings, so that a file that has not changed is not read again.

A reading is found by the digest of the file's bytes, and by that of the code that read
it: when readers change, all is read anew without anyone thinking of it. The folder can
be deleted at any time.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pypdfium2.version as pdfium_version

import indexer.readers
from indexer.errors import FileUnreadableError
from indexer.model.readings import FileReading, Unreadable
from indexer.readers.sandbox.protocol import ReadingAnswer, pack, unpack
from indexer.readers.type_detection import promised_type

_END = ".json.gz"
_LEVEL = 6
_REFUSED = "refused"
_CHUNK_BYTES = 1 << 20
_OF_THE_DAY = {
    Unreadable.MISSING,
    Unreadable.TOO_SLOW,
    Unreadable.TOO_MUCH_MEMORY,
    Unreadable.CRASHED,
    Unreadable.SCANNED,
}
"""Refusals that a larger machine, or a program installed since, may change."""


@cache
def readers_version() -> str:
    """Give the digest of the code that reads files."""
    digest = hashlib.blake2b(digest_size=8)
    folder = Path(indexer.readers.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(str(pdfium_version.PDFIUM_INFO).encode())
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, or nothing when it can't be opened."""
    if not path.is_file():
        return ""
    digest = hashlib.sha256()
    with suppress(OSError), path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
        return digest.hexdigest()
    return ""


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """A folder of readings, one file for each."""

    folder: Path

    def get(self, name: str, sha256: str, *, ocr: bool = False) -> ReadingAnswer | None:
        """Give what was read in a file of these bytes, by a name that promised as much.

        A name is held to what it promises: under another promise the bytes may be
        refused, or taken after all.
        """
        path = self._path(sha256, ocr=ocr)
        try:
            answer = unpack(gzip.decompress(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, zlib.error):
            # It was cut short, or is of another hand: the file is read again.
            return None
        if not _holds_for(name, answer):
            return None
        if isinstance(answer, FileReading):
            return replace(answer, name=name) if answer.sha256 == sha256 else None
        return FileUnreadableError(name, answer.reason, answer.detail)

    def put(self, sha256: str, answer: ReadingAnswer, *, ocr: bool = False) -> None:
        """Keep what was read; a kill leaves the whole of it, or nothing."""
        if not isinstance(answer, FileReading) and answer.reason in _OF_THE_DAY:
            return
        path = self._path(sha256, ocr=ocr)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = gzip.compress(pack(answer), _LEVEL, mtime=0)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def has(self, sha256: str) -> bool:
        """Tell whether a file of these bytes was read before, or refused."""
        kinds = ("text", "ocr", _REFUSED)
        return any(self._named(sha256, kind).exists() for kind in kinds)

    def has_recognised(self, sha256: str) -> bool:
        """Tell whether pictures of text in a file of these bytes were recognised."""
        return self._path(sha256, ocr=True).exists()

    def refuse(self, sha256: str, error: FileUnreadableError) -> None:
        """Note that a file can't be read today, for who must not wait for it again."""
        path = self._named(sha256, _REFUSED)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(pack(error), _LEVEL, mtime=0))

    def refusal(self, name: str, sha256: str) -> FileUnreadableError | None:
        """Give what was noted of a file that could not be read."""
        try:
            answer = unpack(gzip.decompress(self._named(sha256, _REFUSED).read_bytes()))
        except (OSError, EOFError, ValueError, zlib.error):
            return None
        if isinstance(answer, FileReading) or not _holds_for(name, answer):
            return None
        return FileUnreadableError(name, answer.reason, answer.detail)

    def keep_only(self, digests: Iterable[str]) -> int:
        """Delete the readings of all other files and of other readers; count them."""
        kept = {
            self._path(sha256, ocr=ocr) for sha256 in digests for ocr in (False, True)
        }
        found = [path for path in self.folder.glob("??/*") if path.is_file()]
        dropped = [path for path in found if path not in kept]
        for path in dropped:
            path.unlink(missing_ok=True)
        return len(dropped)

    def _path(self, sha256: str, *, ocr: bool) -> Path:
        return self._named(sha256, "ocr" if ocr else "text")

    def _named(self, sha256: str, kind: str) -> Path:
        # What was recognised took minutes, and little of our code: it outlives readers.
        version = "" if kind == "ocr" else f"-{readers_version()}"
        return self.folder / sha256[:2] / f"{sha256}-{kind}{version}{_END}"


def _holds_for(name: str, answer: ReadingAnswer) -> bool:
    """Tell whether what was answered of one name holds for another too."""
    promised = promised_type(name)
    return promised is None or promised is promised_type(answer.name)
