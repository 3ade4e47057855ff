"""Puts a file that was sent in the stead of a published one, once it was read.

Whatever is wrong with it changes nothing: visitors go on getting the one before.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import sha256_of
from indexer.errors import FileUnreadableError
from indexer.extraction.unreadable_messages import unreadable_message
from indexer.file_texts import FileTexts
from indexer.model.problems import Message, message
from indexer.model.records import Deliverable, OriginalFile
from indexer.pipeline import Locations
from indexer.quotation_check import check_all_quotations
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import can_recognise, read_file
from kb.publishing.changes.repository import Clock, open_repository
from kb.publishing.drafts.draft_files import closed_by
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.extractions.file_extraction import PICTURES, file_facts, found_in
from kb.publishing.imports.tasks import FileState, Replaced
from kb.publishing.published.publisher import Publisher

GONE = message("the record that it was for is not published, or has no such file")
NO_LONGER_THERE = message(
    "quotations that the new file does not hold: %(count)s; the desk lists them, and "
    "visitors go on reading them",
    count=0,
)
SAME = message("it is the very file that is published")


@dataclass(frozen=True, slots=True)
class FileChangeResult:
    """What became of a file that was sent for a record."""

    state: FileState
    message: Message | None = None
    sha256: str = ""


class FileReplacement:
    """Replaces originals of published records."""

    def __init__(self, locations: Locations, *, who: str, clock: Clock) -> None:
        self._repository = open_repository(locations, clock=clock)
        self._instance = locations.instance
        self._store = ReadingCache(locations.readings)
        self._findings = ExtractionStore(locations.instance)
        self._who = who

    def replace(
        self, replaced: Replaced, path: Path, name: str, *, recognises: bool
    ) -> FileChangeResult:
        """Put a file in its place; `name` is that under which it was sent.

        Raises:
            PublishingError: the content can't be written just now.
            CorpusMissingError: there is no content.
            OSError: the file can't be copied.
        """
        listed = self._listed(replaced)
        if listed is None:
            return FileChangeResult(FileState.REFUSED, GONE)
        sha256 = sha256_of(path)
        if sha256 == listed.sha256:
            return FileChangeResult(FileState.ALREADY_THERE, SAME, sha256)
        with tempfile.TemporaryDirectory(dir=self._instance, prefix="replacing-") as at:
            # Under the name that is listed: it says of which type it must be.
            copy = Path(at) / replaced.name
            shutil.copyfile(path, copy)
            return self._put(replaced, copy, name, recognises=recognises)

    def _put(
        self, replaced: Replaced, copy: Path, name: str, *, recognises: bool
    ) -> FileChangeResult:
        try:
            reading = read_file(copy, ocr=recognises, cache=self._store)
        except FileUnreadableError as error:
            return turned_down(error, recognises=recognises)
        corpus = self._repository.reader.read()
        found = found_in(reading, name, corpus.gazetteer)
        self._findings.save(found)
        words = closed_by(found)
        if words:
            # Nobody was asked whether the public may have it.
            told = message(
                "it says that it is not for the public (“%(words)s”): put it into a "
                "draft of the record, where you are asked before it is published",
                words=words,
            )
            return FileChangeResult(FileState.REFUSED, told, found.sha256)
        lost = self._lost(corpus)
        Publisher(self._repository).replace_file(
            replaced.record,
            replaced.name,
            copy,
            who=self._who,
            facts=file_facts(reading),
        )
        count = len(self._lost(self._repository.reader.read()) - lost)
        lacks = message(NO_LONGER_THERE.template, count=count) if count else None
        return FileChangeResult(FileState.REPLACED, lacks, found.sha256)

    def _lost(self, corpus: Corpus) -> set[str]:
        """Give the quotations that are not in their file."""
        documents = self._repository.locations.documents
        texts = FileTexts(documents, self._store)
        return {str(each) for each in check_all_quotations(corpus, texts, documents)}

    def _listed(self, replaced: Replaced) -> OriginalFile | None:
        record = self._repository.reader.read().get(replaced.record)
        return record.file(replaced.name) if isinstance(record, Deliverable) else None


def turned_down(error: FileUnreadableError, *, recognises: bool) -> FileChangeResult:
    """Say why a file can't be read, and whether its pictures may be recognised."""
    if error.reason in PICTURES and not recognises:
        return FileChangeResult(FileState.PICTURES)
    told = unreadable_message(error, recognises=can_recognise())
    return FileChangeResult(FileState.REFUSED, told)
