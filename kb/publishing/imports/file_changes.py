"""Puts an uploaded file into a draft, or in place of the original of a record."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.corpus.originals import sha256_of
from indexer.errors import FileUnreadableError
from indexer.extraction.report.report_card import unreadable_message
from indexer.file_texts import FileTexts
from indexer.model.ids import RecordId
from indexer.model.problems import message
from indexer.model.records import Deliverable
from indexer.quotation_check import check_all_quotations
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import can_recognise, read_file
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import listed_files
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.imports.file_extraction import OCR_REASONS, extraction_of, file_facts
from kb.publishing.imports.inbox import FileState, ReplacedFile, SentFile, Task
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


def place_uploaded_file(
    repository: Repository, task: Task, file: SentFile, path: Path
) -> SentFile:
    """Put a file into the draft of its task, or in place of the original of its task.

    The file of a private task is only read.

    Return the file after this attempt. A rejected file changes nothing: visitors still
    get the old one.

    Raises:
        PublishingError: the content or the draft can't be written.
        CorpusMissingError: `documents/` is missing.
        OSError: the file can't be copied.
    """
    try:
        if task.replaces is not None:
            return _replace(repository, task.replaces, task.by, file, path)
        if task.draft is not None:
            return _attach(repository, task.draft, task.by, file, path)
        return _read(repository, file, path)
    except FileUnreadableError as error:
        if error.reason in OCR_REASONS and not file.ocr:
            return file.finished(FileState.NEEDS_OCR)
        reason = unreadable_message(error, has_ocr=can_recognise())
        return file.finished(FileState.REFUSED, reason)


def _read(repository: Repository, file: SentFile, path: Path) -> SentFile:
    """Read a file for staff alone; what they decided on the same file before stays."""
    store = ExtractionStore(repository.locations.instance)
    with _copied(repository, path, safe_name(file.name)) as copy:
        reading = read_file(copy, ocr=file.ocr, cache=_cache(repository))
        gazetteer = repository.reader.read().gazetteer
        extraction = extraction_of(reading, file.name, gazetteer)
    if not store.has(extraction.key):
        store.save(extraction)
    return file.finished(FileState.DRAFTED, sha256=reading.sha256)


def _attach(
    repository: Repository, record: RecordId, actor: str, file: SentFile, path: Path
) -> SentFile:
    sha256 = sha256_of(path)
    drafts = DraftEditor(repository)
    try:
        listed = listed_files(drafts.load(record))
        if any(item.get("sha256") == sha256 for item in listed):
            return file.finished(FileState.ALREADY_THERE, SAME_AS_ATTACHED, sha256)
        with _copied(repository, path, safe_name(file.name)) as copy:
            reading = read_file(copy, ocr=file.ocr, cache=_cache(repository))
            gazetteer = repository.reader.read().gazetteer
            extraction = extraction_of(reading, file.name, gazetteer)
            ExtractionStore(repository.locations.instance).save(extraction)
            facts = {"sha256": reading.sha256, **file_facts(reading)}
            drafts.attach(record, copy, name=file.name, facts=facts, actor=actor)
    except NotFoundError:
        return file.finished(FileState.REFUSED, DRAFT_GONE, sha256)
    return file.finished(FileState.ATTACHED, sha256=reading.sha256)


def _replace(
    repository: Repository,
    replaced: ReplacedFile,
    actor: str,
    file: SentFile,
    path: Path,
) -> SentFile:
    corpus = repository.reader.read()
    record = corpus.get(replaced.record)
    listed = record.file(replaced.name) if isinstance(record, Deliverable) else None
    if listed is None:
        return file.finished(FileState.REFUSED, RECORD_GONE)
    sha256 = sha256_of(path)
    if sha256 == listed.sha256:
        return file.finished(FileState.ALREADY_THERE, SAME_AS_PUBLISHED, sha256)
    with _copied(repository, path, replaced.name) as copy:
        reading = read_file(copy, ocr=file.ocr, cache=_cache(repository))
        extraction = extraction_of(reading, file.name, corpus.gazetteer)
        ExtractionStore(repository.locations.instance).save(extraction)
        closed = extraction.closed_by
        if closed is not None:
            # Only the page that publishes a draft asks whether the public may have it.
            reason = message(
                "it says that it is not for the public (“%(words)s”): put it into a "
                "draft of the record, where a confirmation is asked before publishing",
                words=closed.value,
            )
            return file.finished(FileState.REFUSED, reason, reading.sha256)
        before = _missing_quotations(repository)
        Publisher(repository).replace_file(
            replaced.record, replaced.name, copy, actor=actor, facts=file_facts(reading)
        )
    count = len(_missing_quotations(repository) - before)
    warning = message(MISSING_QUOTATIONS.template, count=count) if count else None
    return file.finished(FileState.REPLACED, warning, reading.sha256)


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


def _missing_quotations(repository: Repository) -> set[str]:
    documents = repository.locations.documents
    texts = FileTexts(documents, _cache(repository))
    corpus = repository.reader.read()
    return {
        str(quotation) for quotation in check_all_quotations(corpus, texts, documents)
    }
