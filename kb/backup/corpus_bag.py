"""The content as one archive that another service imports: a bag (BagIt 1.0, RFC 8493).

The zip has one folder, the bag: the files of `documents/` under `data/documents/`, with
their SHA-256 in its manifest. Unlike a backup, it has no accounts, drafts or history.
"""

import logging
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bagit

from indexer.corpus.assessment_fields import PROPOSAL_FILE
from indexer.model.problems import message
from indexer.pipeline import Locations
from kb.backup.archive import (
    UNREADABLE_ERRORS,
    archive_files,
    check_listing,
    is_name_below,
    later_format,
)
from kb.backup.archive_writer import write_archive
from kb.backup.errors import BackupError, system_error
from kb.core.storage_errors import storage_errors

FORMAT_FIELD = "Kb-Corpus-Format"
BAG_FORMAT = 1
BAG = "corpus"
"""The folder of the bag in the zip."""

CHECKSUM = "sha256"

logging.getLogger("bagit").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class BagSource:
    """Where a bag comes from: names of its sender, address, licence, program."""

    organization: str
    url: str
    licence: str
    program: str


def write_corpus_bag(locations: Locations, target: Path, source: BagSource) -> int:
    """Write the content as a bag, verify it, and return the number of its files.

    Raises:
        BackupError: a file can't be read or written; `target` is unchanged.
    """

    def write(archive: zipfile.ZipFile) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bag = Path(folder) / BAG
            _make_bag(locations.documents, bag, source)
            for path in sorted(bag.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())

    def check(path: Path) -> int:
        with opened_bag(path) as documents:
            return sum(each.is_file() for each in documents.rglob("*"))

    return write_archive(locations, target, write, check=check)


def _make_bag(documents: Path, bag: Path, source: BagSource) -> None:
    for name, path in archive_files(documents, root="documents"):
        if path == documents / PROPOSAL_FILE:
            continue  # Nobody has signed them: only staff here see them.
        copy = bag / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    fields = {
        "Source-Organization": source.organization,
        "External-Identifier": source.url,
        "Bag-Software-Agent": source.program,
        "License": source.licence,
        FORMAT_FIELD: str(BAG_FORMAT),
    }
    bagit.make_bag(str(bag), fields, checksums=[CHECKSUM])


@contextmanager
def opened_bag(path: Path, parent: Path | None = None) -> Iterator[Path]:
    """Extract a bag into a new folder of `parent`, and yield its verified `documents`.

    The folder is deleted after the block.

    Raises:
        BackupError: the file is no such bag, damaged, unsafe or of a later version.
    """
    try:
        with (
            storage_errors(path, lambda _, reason: system_error(path, reason)),
            tempfile.TemporaryDirectory(prefix=".bag-", dir=parent) as folder,
        ):
            with zipfile.ZipFile(path) as archive:
                _check_members(path, archive.infolist())
                archive.extractall(folder)
            yield _verified(path, Path(folder))
    except UNREADABLE_ERRORS as error:
        reason = message("it is incomplete or damaged (%(reason)s)", reason=error)
        raise BackupError(path, reason) from error


def _check_members(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Check names, types and sizes before anything is extracted."""
    unsafe = next((member for member in members if not _is_safe_member(member)), None)
    if unsafe is not None:
        reason = message("the name '%(name)s' is unsafe", name=unsafe.filename[:200])
        raise BackupError(path, reason)
    files = [member for member in members if not member.is_dir()]
    check_listing(path, {file.filename: file.file_size for file in files}, len(files))


def _is_safe_member(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a regular file, or a folder, below the bag."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    is_plain = not member.flag_bits & 0x1 and kind in {0, stat.S_IFREG, stat.S_IFDIR}
    return is_plain and is_name_below(member.filename, {BAG})


def _verified(path: Path, folder: Path) -> Path:
    """Return the folder of the content in a bag whose checksums are right."""
    if (folder / BAG / "fetch.txt").exists():
        raise BackupError(path, message("it refers to files that it does not contain"))
    try:
        bag = bagit.Bag(str(folder / BAG))
        bag.validate()
    except (bagit.BagError, UnicodeDecodeError, ValueError) as error:
        reason = message("its checksums are wrong (%(reason)s)", reason=error)
        raise BackupError(path, reason) from error
    number = str(bag.info.get(FORMAT_FIELD, ""))
    documents = folder / BAG / "data" / "documents"
    if CHECKSUM not in bag.algorithms or not number or not documents.is_dir():
        raise BackupError(path, message("this is not a corpus made by this program"))
    if number != str(BAG_FORMAT):
        raise BackupError(path, later_format(number))
    return documents
