"""Puts an uploaded file into a draft, or in place of the original of a record."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import sha256_of
from indexer.errors import FileUnreadableError
from indexer.extraction.unreadable_messages import unreadable_message
from indexer.file_texts import FileTexts
from indexer.model.ids import RecordId
from indexer.model.problems import Message, message
from indexer.model.records import Deliverable, OriginalFile
from indexer.quotation_check import check_all_quotations
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import can_recognise, read_file
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import listed_files
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.draft_files import closed_by
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.extractions.file_extraction import (
    OCR_REASONS,
    extraction_of,
    file_facts,
)
from kb.publishing.imports.tasks import FileState, ReplacedFile
from kb.publishing.published.publisher import Publisher
from kb.publishing.storage.names import safe_name

DRAFT_GONE = message(
    "its draft was published or deleted: send the file again from the record"
)
RECORD_GONE = message("its record is not published, or has no such file")
SAME_AS_ATTACHED = message("the draft already contains this file")
SAME_AS_PUBLISHED = message("it is identical to the published file")
MISSING_QUOTATIONS = message(
    "quotations missing from the new file: %(count)s; the dashboard lists them, and "
    "visitors still see them",
    count=0,
)


@dataclass(frozen=True, slots=True)
class FileUpload:
    """An uploaded file: its path, its name, who sent it, and whether to run OCR."""

    path: Path
    name: str
    actor: str
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class FileChangeResult:
    """The new state of an uploaded file, and the sentence that explains it."""

    state: FileState
    message: Message | None = None
    sha256: str = ""


def attach_uploaded_file(
    repository: Repository, record: RecordId, upload: FileUpload
) -> FileChangeResult:
    """Put an uploaded file into the draft of a record, once it was read.

    Raises:
        PublishingError: the draft can't be written.
        CorpusMissingError: `documents/` is missing.
        OSError: the file can't be copied.
    """
    sha256 = sha256_of(upload.path)
    drafts = DraftEditor(repository)
    try:
        listed = listed_files(drafts.load(record))
        if any(each.get("sha256") == sha256 for each in listed):
            return FileChangeResult(FileState.ALREADY_THERE, SAME_AS_ATTACHED, sha256)
        with _copied(repository, upload.path, safe_name(upload.name)) as copy:
            try:
                reading = read_file(copy, ocr=upload.ocr, cache=_cache(repository))
            except FileUnreadableError as error:
                return _unreadable(error, ocr=upload.ocr)
            gazetteer = repository.reader.read().gazetteer
            _store(repository).save(extraction_of(reading, upload.name, gazetteer))
            facts = {"sha256": reading.sha256, **file_facts(reading)}
            drafts.attach(
                record, copy, name=upload.name, facts=facts, actor=upload.actor
            )
    except NotFoundError:
        return FileChangeResult(FileState.REFUSED, DRAFT_GONE, sha256)
    return FileChangeResult(FileState.ATTACHED, sha256=reading.sha256)


def replace_with_uploaded_file(
    repository: Repository, replaced: ReplacedFile, upload: FileUpload
) -> FileChangeResult:
    """Put an uploaded file in place of a published original, once it was read.

    A rejected file changes nothing: visitors still get the old one.

    Raises:
        PublishingError: the content can't be written.
        CorpusMissingError: `documents/` is missing.
        OSError: the file can't be copied.
    """
    listed = _listed_original(repository, replaced)
    if listed is None:
        return FileChangeResult(FileState.REFUSED, RECORD_GONE)
    sha256 = sha256_of(upload.path)
    if sha256 == listed.sha256:
        return FileChangeResult(FileState.ALREADY_THERE, SAME_AS_PUBLISHED, sha256)
    with _copied(repository, upload.path, replaced.name) as copy:
        return _replace(repository, replaced, copy, upload)


def _replace(
    repository: Repository, replaced: ReplacedFile, copy: Path, upload: FileUpload
) -> FileChangeResult:
    try:
        reading = read_file(copy, ocr=upload.ocr, cache=_cache(repository))
    except FileUnreadableError as error:
        return _unreadable(error, ocr=upload.ocr)
    corpus = repository.reader.read()
    extraction = extraction_of(reading, upload.name, corpus.gazetteer)
    _store(repository).save(extraction)
    words = closed_by(extraction)
    if words:
        # Only the page that publishes a draft asks whether the public may have it.
        reason = message(
            "it says that it is not for the public (“%(words)s”): put it into a "
            "draft of the record, where a confirmation is asked before publishing",
            words=words,
        )
        return FileChangeResult(FileState.REFUSED, reason, extraction.sha256)
    before = _missing_quotations(repository, corpus)
    Publisher(repository).replace_file(
        replaced.record,
        replaced.name,
        copy,
        actor=upload.actor,
        facts=file_facts(reading),
    )
    count = len(_missing_quotations(repository, repository.reader.read()) - before)
    warning = message(MISSING_QUOTATIONS.template, count=count) if count else None
    return FileChangeResult(FileState.REPLACED, warning, extraction.sha256)


@contextmanager
def _copied(repository: Repository, path: Path, name: str) -> Iterator[Path]:
    """Copy a file under a name whose suffix is that of its type."""
    with tempfile.TemporaryDirectory(
        dir=repository.locations.instance, prefix="importing-"
    ) as folder:
        copy = Path(folder) / name
        shutil.copyfile(path, copy)
        yield copy


def _cache(repository: Repository) -> ReadingCache:
    return ReadingCache(repository.locations.readings)


def _store(repository: Repository) -> ExtractionStore:
    return ExtractionStore(repository.locations.instance)


def _missing_quotations(repository: Repository, corpus: Corpus) -> set[str]:
    documents = repository.locations.documents
    texts = FileTexts(documents, _cache(repository))
    return {str(each) for each in check_all_quotations(corpus, texts, documents)}


def _listed_original(
    repository: Repository, replaced: ReplacedFile
) -> OriginalFile | None:
    record = repository.reader.read().get(replaced.record)
    return record.file(replaced.name) if isinstance(record, Deliverable) else None


def _unreadable(error: FileUnreadableError, *, ocr: bool) -> FileChangeResult:
    if error.reason in OCR_REASONS and not ocr:
        return FileChangeResult(FileState.NEEDS_OCR)
    reason = unreadable_message(error, has_ocr=can_recognise())
    return FileChangeResult(FileState.REFUSED, reason)
