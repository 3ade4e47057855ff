"""The way of an imported file to its draft: a copy, its options, the draft, the result.

A file is copied before it is read, so that the file read is the file stored. Its draft
is always a new deliverable: only a person decides that a file belongs to an existing
record.
"""

import itertools
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import natural_key
from indexer.errors import FileUnreadableError
from indexer.extraction.fingerprints import is_same_project
from indexer.extraction.report.report_card import unreadable_message
from indexer.model.document import ReportCard, Unreadable
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import MetadataField
from indexer.model.records import Deliverable
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.draft_texts import (
    FOUND_FILE,
    DraftWriter,
    ImportedFile,
    file_json,
)
from kb.publishing.extractions.extraction_store import RecordMatch
from kb.publishing.storage.folders import (
    INCOMING,
    NOTES_FILE,
    copy_with_digest,
    move_folder,
    write_texts,
)
from kb.publishing.storage.names import safe_name, slug_of, slug_of_code, unique_slug


class ImportStatus(StrEnum):
    """The outcome of the import of a file."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    ALREADY_THERE = "already-there"
    RECOGNISED = "recognised"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome of the import of a file, and the sentence that says so.

    `owner` is the draft bundle, or the record such as `deliverables/d2.6`. `matches`
    are the records that the file resembles, until a person answers which it is.
    """

    path: Path
    status: ImportStatus
    message: Message
    imported: ImportedFile | None = None
    card: ReportCard | None = None
    sha256: str = ""
    owner: str = ""
    matches: tuple[RecordMatch, ...] = ()
    reason: Unreadable | None = None

    @property
    def is_success(self) -> bool:
        """Whether the file is in a draft or a record, as requested."""
        return self.status not in {
            ImportStatus.INCOMPLETE,
            ImportStatus.REFUSED,
            ImportStatus.FAILED,
        }


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import; the defaults are those of the command line.

    `name_of` returns the name of the upload at a path.
    """

    name_of: Callable[[Path], str] = lambda path: path.name
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy of a file, in the folder where its draft is made.

    With `is_known`, a draft or record already has the file: it is only read again.
    """

    path: Path
    folder: Path
    copy: Path
    sha256: str
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that a draft or record already has."""

    path: Path
    sha256: str


Stage = Staged | KnownFile | ImportResult


def files_under(paths: Iterable[Path]) -> list[Path]:
    """Return the files of the paths, and the files below those that are folders."""
    return [file for path in paths for file in _files(path)]


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(
            (folder for folder in folders if not folder.startswith(".")),
            key=natural_key,
        )
        for name in sorted(names, key=natural_key):
            if not name.startswith("."):
                yield Path(folder) / name


class StagingFolder:
    """Copies files, each into a folder of its own.

    `owners` maps the digest of each known file to its draft or record, and `staged` has
    the digests staged by this import. `is_read_again` returns whether a known file of a
    digest is to be read again.
    """

    def __init__(
        self,
        folder: Path,
        name_of: Callable[[Path], str],
        is_read_again: Callable[[str], bool],
    ) -> None:
        self._folder = folder
        self._name_of = name_of
        self._is_read_again = is_read_again
        self._numbers = itertools.count(1)
        self.owners: dict[str, str] = {}
        self.staged: set[str] = set()

    def stage(self, path: Path) -> Stage:
        """Copy a file; return a failed result if it can't be copied."""
        folder = self._folder / f"{INCOMING}-{next(self._numbers)}"
        try:
            return self._copy(path, folder)
        except FileUnreadableError as error:
            result = ImportResult(path, ImportStatus.REFUSED, unreadable_message(error))
        except OSError as error:
            reason = message(
                "it cannot be copied (%(reason)s)", reason=error.strerror or error
            )
            result = ImportResult(path, ImportStatus.FAILED, reason)
        shutil.rmtree(folder, ignore_errors=True)
        return result

    def _copy(self, path: Path, folder: Path) -> Stage:
        name = self._name_of(path)
        copy = folder / safe_name(name)
        descriptor = _open(path, name)
        folder.mkdir(parents=True)
        with os.fdopen(descriptor, "rb") as source:
            sha256 = copy_with_digest(source, copy)
        is_known = sha256 in self.owners
        is_first = sha256 not in self.staged
        if is_known and not (is_first and self._is_read_again(sha256)):
            shutil.rmtree(folder, ignore_errors=True)
            return KnownFile(path, sha256)
        self.owners.setdefault(sha256, name)
        self.staged.add(sha256)
        return Staged(path, folder, copy, sha256, is_known)


def _open(path: Path, name: str) -> int:
    """Open a regular file, and return its descriptor.

    Raises:
        FileUnreadableError: it is missing, not a regular file, or too large.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would block.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise FileUnreadableError(name, Unreadable.MISSING) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileUnreadableError(name, Unreadable.UNKNOWN_TYPE)
    if status.st_size > DEFAULT_LIMITS.file_bytes:
        os.close(descriptor)
        raise FileUnreadableError(name, Unreadable.TOO_LARGE)
    return descriptor


@dataclass(frozen=True, slots=True)
class DraftBuilder:
    """Makes drafts in the repository, on behalf of `actor`."""

    repository: Repository
    options: ImportOptions
    translate: Translate
    actor: str

    def build(
        self, stage: Staged, imported: ImportedFile, corpus: Corpus
    ) -> DraftBundle:
        """Make a draft in the staging folder, then move it to the drafts.

        A person decides on each proposal later.

        Raises:
            OSError: the draft can't be written.
        """
        slug = self._slug(stage, imported, corpus)
        writer = DraftWriter(
            imported,
            slug,
            corpus,
            self.repository.clock().date(),
            self.translate,
        )
        texts = writer.deliverable_texts()
        texts[FOUND_FILE] = file_json(imported)
        record = RecordId(Kind.DELIVERABLE, slug)
        files = stage.folder / str(record) / FILES_FOLDER
        write_texts(stage.folder, texts)
        files.mkdir(parents=True)
        stage.copy.rename(files / imported.name)
        # Lists of drafts are sorted by the time of the last save.
        notes = DraftNotes(self.actor, self.repository.timestamp())
        (files.parent / NOTES_FILE).write_bytes(notes.contents())
        bundle = DraftBundle(self.repository.draft_folders.folder / slug)
        move_folder(stage.folder, bundle.folder)
        return bundle

    def _slug(self, stage: Staged, imported: ImportedFile, corpus: Corpus) -> str:
        code = imported.value(MetadataField.CODE)
        if code:
            slug = self._slug_of_code(code, imported, corpus)
        else:
            stem = PurePath(self.options.name_of(stage.path)).stem
            slug = slug_of(imported.value(MetadataField.TITLE) or stem)
        return unique_slug(slug, lambda used: self._is_used(used, corpus))

    def _slug_of_code(self, code: str, imported: ImportedFile, corpus: Corpus) -> str:
        """Return the slug of a code, with the project if another project has codes.

        So has a code that a record or draft uses already, or that a record used.
        """
        slug = slug_of_code(code)
        project = imported.value(MetadataField.PROJECT)
        projects = [
            record.project
            for record in corpus.of_kind(Kind.DELIVERABLE)
            if isinstance(record, Deliverable)
            and record.project
            and record.id.slug == slug_of_code(record.code)
        ]
        is_other = bool(project and projects) and not any(
            is_same_project(project, other) for other in projects
        )
        owner = project.split()[0] if project else imported.value(MetadataField.GRANT)
        prefix = slug_of(owner) if owner else ""
        if prefix and (is_other or self._is_used(slug, corpus)):
            return f"{prefix}-{slug}"
        return slug

    def _is_used(self, slug: str, corpus: Corpus) -> bool:
        is_record = self.repository.is_used(RecordId(Kind.DELIVERABLE, slug), corpus)
        return is_record or self.repository.draft_folders.has(slug)
