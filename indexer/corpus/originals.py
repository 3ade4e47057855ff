"""The originals of a deliverable: the list in its record, and the files in `files/`.

Only a listed, present and unchanged file belongs to the record, so that nothing is
published by accident. `DigestCache` keeps the SHA-256 of unchanged files.
"""

import contextlib
import dataclasses
import hashlib
import json
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from indexer.corpus.text_files import shown_name
from indexer.corpus.yaml_fields import FieldReader
from indexer.files import FileStamp, file_stamp, write_file_atomically
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record_parts import OriginalFile, Quotation
from indexer.model.records import Deliverable

FILES_FOLDER = "files"

Digest = Callable[[Path], str]
"""Returns the SHA-256 of a file, in hexadecimal."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class _YesNo(StrEnum):
    YES = "yes"
    NO = "no"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_listed_files(fields: FieldReader) -> tuple[OriginalFile, ...]:
    """Read the field `files` of a deliverable."""
    return tuple(_file(item) for item in fields.mappings("files"))


def _file(item: FieldReader) -> OriginalFile:
    tagged = item.choice("tagged", _YesNo)
    name = item.text("name", required=True)
    if "/" in name or "\\" in name or name.startswith("."):
        item.report(ProblemCode.INVALID_FILE_NAME, "name", name=name)
    sha256 = item.text("sha256", required=True).lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        item.report(ProblemCode.INVALID_SHA256, "sha256", text=sha256)
    file = OriginalFile(
        name=name,
        sha256=sha256,
        language=item.language("language") or None,
        pages=item.whole_number("pages"),
        is_tagged=None if tagged is None else tagged is _YesNo.YES,
        licence=item.licence("licence"),
    )
    item.finish()
    return file


def read_quotations(fields: FieldReader) -> tuple[Quotation, ...]:
    """Read the field `quotations` of a record."""
    return tuple(_quotation(item) for item in fields.mappings("quotations"))


def _quotation(item: FieldReader) -> Quotation:
    slug = item.text("deliverable", required=True)
    if slug:
        item.check_slug(slug, Kind.DELIVERABLE, "deliverable")
    quotation = Quotation(
        deliverable=RecordId(Kind.DELIVERABLE, slug),
        file=item.text("file", required=True),
        text=item.text("text", required=True),
        page=item.whole_number("page"),
    )
    item.finish()
    return quotation


def with_originals(
    record: Deliverable, folder: Path, fields: FieldReader, digest: Digest
) -> Deliverable:
    """Return a deliverable with only its files that are present and unchanged.

    The other listed files are reported to `fields`.
    """
    present = _files_in(folder / FILES_FOLDER)
    valid: dict[str, OriginalFile] = {}
    for listed, line in zip(record.files, fields.item_lines("files"), strict=False):
        if listed.name in valid:
            fields.report(ProblemCode.REPEATED_FILE, line, name=listed.name)
        elif file := _checked_file(listed, present, digest, fields, line):
            valid[listed.name] = file
    return dataclasses.replace(record, files=tuple(valid.values()))


def _checked_file(
    listed: OriginalFile,
    present: dict[str, Path],
    digest: Digest,
    fields: FieldReader,
    line: int,
) -> OriginalFile | None:
    path = present.get(_nfc(listed.name))
    if path is None:
        fields.report(ProblemCode.MISSING_FILE, line, name=listed.name)
        return None
    try:
        actual = digest(path)
    except OSError as error:
        reason = error.strerror or error
        fields.report(ProblemCode.UNREADABLE_FILE, line, reason=reason)
        return None
    if actual != listed.sha256:
        fields.report(ProblemCode.CHANGED_FILE, line, name=listed.name, sha256=actual)
        return None
    return dataclasses.replace(listed, name=path.name, size_bytes=path.stat().st_size)


def unlisted_files(
    record: Deliverable, folder: Path, display_path: str
) -> Iterator[Problem]:
    """Yield a problem for each file in `files/` that the record does not list."""
    listed = {_nfc(file.name) for file in record.files}
    for name in _files_in(folder / FILES_FOLDER):
        if name not in listed:
            yield ProblemCode.UNLISTED_FILE.at(
                f"{display_path}/{FILES_FOLDER}/{shown_name(name)}",
                name=shown_name(name),
            )


def _files_in(folder: Path) -> dict[str, Path]:
    """Return the regular files of a folder by NFC name, without symbolic links.

    macOS writes accents as separate characters.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return {}
    return {
        _nfc(path.name): path
        for path in paths
        if not path.name.startswith(".") and not path.is_symlink() and path.is_file()
    }


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


class DigestCache:
    """SHA-256 digests by path and file stamp, stored in a JSON file between runs.

    Deleting the file is safe: all digests are then computed again. With `is_read_only`
    the file is never written.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self._path = path
        self._is_read_only = is_read_only
        self._digests: dict[str, tuple[FileStamp, str]] | None = None
        self._lock = threading.Lock()
        self._is_saved = True

    def __call__(self, path: Path) -> str:
        """Return the SHA-256 of a file, from the cache while its stamp is the same."""
        stamp = file_stamp(path.stat())
        with self._lock:
            if self._digests is None:
                self._digests = _read(self._path)
            cached = self._digests.get(str(path))
        if cached is not None and cached[0] == stamp:
            return cached[1]
        digest = sha256_of(path)
        with self._lock:
            self._digests[str(path)] = (stamp, digest)
            self._is_saved = False
        return digest

    def save(self) -> None:
        """Write new digests to the file; a file that cannot be written is ignored."""
        with self._lock:
            if self._is_read_only or self._is_saved or self._digests is None:
                return
            # Drop the digests of deleted files.
            stored = {
                path: each
                for path, each in self._digests.items()
                if Path(path).exists()
            }
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                content = json.dumps(stored).encode()
                write_file_atomically(self._path, content, is_durable=False)
            self._is_saved = True


def _read(path: Path) -> dict[str, tuple[FileStamp, str]]:
    """Read the stored digests; a damaged file counts as empty."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {
            name: (tuple(map(int, stamp)), str(sha256))
            for name, (stamp, sha256) in stored.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
