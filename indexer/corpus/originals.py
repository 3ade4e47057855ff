"""The originals of a deliverable: what its record lists, and what lies in `files/`.

Only a file that is listed, there and unchanged belongs to the record: what is shown and
searched is what somebody put there on purpose.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from indexer.corpus.text_files import shown_name
from indexer.corpus.yaml_fields import FieldReader
from indexer.model.ids import SLUG_PATTERN, Kind, Locale, RecordId
from indexer.model.problems import Message, Problem, ProblemCode, message
from indexer.model.records import Deliverable, OriginalFile, Quotation

FILES_FOLDER = "files"

Digest = Callable[[Path], str]
"""Gives the SHA-256 of a file, in hexadecimal."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class _YesNo(StrEnum):
    YES = "yes"
    NO = "no"


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, read to its end."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_listed_files(fields: FieldReader) -> tuple[OriginalFile, ...]:
    """Read the list of the files of a deliverable."""
    return tuple(_file(item) for item in fields.mappings("files"))


def _file(item: FieldReader) -> OriginalFile:
    tagged = item.choice("tagged", _YesNo)
    file = OriginalFile(
        name=_name(item),
        sha256=_sha256(item),
        language=item.choice("language", Locale),
        pages=item.whole_number("pages"),
        is_tagged=None if tagged is None else tagged is _YesNo.YES,
    )
    item.finish()
    return file


def _name(item: FieldReader) -> str:
    name = item.text("name", required=True)
    if "/" in name or "\\" in name or name.startswith("."):
        item.report(
            item.line("name"),
            ProblemCode.INVALID_FILE_NAME,
            message("'%(name)s' is not the name of a file in files/", name=name),
            message("write its name alone, without a folder"),
        )
    return name


def _sha256(item: FieldReader) -> str:
    text = item.text("sha256", required=True).lower()
    if text and not _SHA256.fullmatch(text):
        item.report(
            item.line("sha256"),
            ProblemCode.INVALID_SHA256,
            message("'%(text)s' is not a SHA-256", text=text),
            message("write the 64 letters and digits that sha256sum gives"),
        )
    return text


def read_quotations(fields: FieldReader) -> tuple[Quotation, ...]:
    """Read the quotations of a practice or of a recommendation."""
    return tuple(_quotation(item) for item in fields.mappings("quotations"))


def _quotation(item: FieldReader) -> Quotation:
    slug = item.text("deliverable", required=True)
    if slug and not SLUG_PATTERN.fullmatch(slug):
        item.report(
            item.line("deliverable"),
            ProblemCode.INVALID_REFERENCE,
            message("'%(text)s' can't be the name of a record", text=slug),
            message(
                "write the name of a folder of documents/%(folder)s/",
                folder=Kind.DELIVERABLE.folder,
            ),
        )
    quotation = Quotation(
        deliverable=RecordId(Kind.DELIVERABLE, slug),
        file=item.text("file", required=True),
        text=item.text("text", required=True),
        page=item.whole_number("page"),
    )
    item.finish()
    return quotation


def with_originals(
    record: Deliverable,
    folder: Path,
    *,
    shown: str,
    lines: Sequence[int],
    digest: Digest,
    problems: list[Problem],
) -> Deliverable:
    """Give a deliverable with those of its files that are there and unchanged.

    What is missing, changed or not listed is noted in `problems`.
    """
    there = _names_in(folder / FILES_FOLDER)
    kept: dict[str, OriginalFile] = {}
    for position, listed in enumerate(record.files):
        line = lines[position] if position < len(lines) else 1
        fault = _fault(listed, there, kept, digest)
        if fault is not None:
            problems.append(Problem(f"{shown}/record.yaml", line, *fault))
            continue
        path = there[_composed(listed.name)]
        kept[listed.name] = dataclasses.replace(
            listed, name=path.name, size_bytes=path.stat().st_size
        )
    listed_names = {_composed(each.name) for each in record.files}
    problems += _not_listed(there, listed_names, shown)
    return dataclasses.replace(record, files=tuple(kept.values()))


def _fault(
    listed: OriginalFile,
    there: dict[str, Path],
    kept: dict[str, OriginalFile],
    digest: Digest,
) -> tuple[ProblemCode, Message, Message] | None:
    """Return code, sentence and remedy for a listed file, or None when it is sound."""
    path = there.get(_composed(listed.name))
    if listed.name in kept:
        return (
            ProblemCode.REPEATED_FILE,
            message("the file '%(name)s' is listed twice", name=listed.name),
            message("keep one of them"),
        )
    if path is None:
        return (
            ProblemCode.MISSING_FILE,
            message("the file '%(name)s' is listed but missing", name=listed.name),
            message("put it into files/, or remove it from the list"),
        )
    try:
        found = digest(path)
    except OSError as error:
        return (
            ProblemCode.UNREADABLE_FILE,
            message(
                "the file can't be read (%(reason)s)", reason=error.strerror or error
            ),
            message("check that it exists and that its permissions allow reading"),
        )
    if found != listed.sha256:
        return (
            ProblemCode.CHANGED_FILE,
            message("the file '%(name)s' has changed", name=listed.name),
            message(
                "put the original back, or write sha256: %(sha256)s if it was replaced "
                "on purpose; until then it is neither shown nor searched",
                sha256=found,
            ),
        )
    return None


def _names_in(folder: Path) -> dict[str, Path]:
    """List the files of a folder; a link might lead out of the content."""
    try:
        with os.scandir(folder) as entries:
            names = [
                entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and not entry.is_symlink()
                and entry.is_file()
            ]
    except OSError:
        return {}
    return {_composed(name): folder / name for name in sorted(names)}


def _composed(name: str) -> str:
    """Give a name as most systems write it: macOS keeps accents apart."""
    return unicodedata.normalize("NFC", name)


def _not_listed(
    there: dict[str, Path], listed: set[str], shown: str
) -> Iterator[Problem]:
    for name in there:
        if name not in listed:
            yield Problem(
                f"{shown}/{FILES_FOLDER}/{shown_name(name)}",
                1,
                ProblemCode.UNLISTED_FILE,
                message(
                    "the file '%(name)s' is not listed in record.yaml",
                    name=shown_name(name),
                ),
                message(
                    "add it to 'files' with its sha256, or remove it; until then it is "
                    "neither shown nor searched"
                ),
            )
