"""The originals of a deliverable: the list in its record, and the files in `files/`.

Only a listed, present and unchanged file belongs to the record, so that nothing is
published by accident.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from indexer.corpus.text_files import shown_name
from indexer.corpus.yaml_fields import FieldReader
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Deliverable, OriginalFile, Quotation

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
        language=item.choice("language", Locale),
        pages=item.whole_number("pages"),
        is_tagged=None if tagged is None else tagged is _YesNo.YES,
        licence=item.text("licence"),
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
    listed = {_nfc(each.name) for each in record.files}
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
