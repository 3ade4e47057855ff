"""Puts a file that was sent into a draft that is there, once it was read."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from indexer.corpus.originals import sha256_of
from indexer.errors import FileUnreadableError
from indexer.model.ids import RecordId
from indexer.model.problems import message
from indexer.pipeline import Locations
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_file
from kb.publishing.changes.repository import Clock, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor, listed_files
from kb.publishing.errors import NotThereError
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.extractions.file_extraction import file_facts, found_in
from kb.publishing.imports.replacement import FileChangeResult, turned_down
from kb.publishing.imports.tasks import FileState
from kb.publishing.storage.names import safe_name

GONE = message(
    "the draft that it was for was published or thrown away: send it again from "
    "the record"
)
SAME = message("the draft has this very file already")


class FileAttachment:
    """Puts originals into drafts."""

    def __init__(self, locations: Locations, *, who: str, clock: Clock) -> None:
        self._repository = open_repository(locations, clock=clock)
        self._drafts = DraftEditor(self._repository)
        self._instance = locations.instance
        self._store = ReadingCache(locations.readings)
        self._findings = ExtractionStore(locations.instance)
        self._who = who

    def attach(
        self, record: RecordId, path: Path, name: str, *, recognises: bool
    ) -> FileChangeResult:
        """Put a file into a draft; `name` is that under which it was sent.

        Raises:
            PublishingError: the drafts can't be written just now.
            CorpusMissingError: there is no content.
            OSError: the file can't be copied.
        """
        sha256 = sha256_of(path)
        try:
            if self._has(record, sha256):
                return FileChangeResult(FileState.ALREADY_THERE, SAME, sha256)
            with tempfile.TemporaryDirectory(
                dir=self._instance, prefix="attaching-"
            ) as folder:
                # Under its own name: it says of which type it must be.
                copy = Path(folder) / safe_name(name)
                shutil.copyfile(path, copy)
                return self._put(record, copy, name, recognises=recognises)
        except NotThereError:
            return FileChangeResult(FileState.REFUSED, GONE, sha256)

    def _has(self, record: RecordId, sha256: str) -> bool:
        listed = listed_files(self._drafts.load(record))
        return any(each.get("sha256") == sha256 for each in listed)

    def _put(
        self, record: RecordId, copy: Path, name: str, *, recognises: bool
    ) -> FileChangeResult:
        try:
            reading = read_file(copy, ocr=recognises, cache=self._store)
        except FileUnreadableError as error:
            return turned_down(error, recognises=recognises)
        gazetteer = self._repository.reader.read().gazetteer
        self._findings.save(found_in(reading, name, gazetteer))
        facts = {"sha256": reading.sha256, **file_facts(reading)}
        self._drafts.attach(record, copy, name=name, facts=facts, who=self._who)
        return FileChangeResult(FileState.ATTACHED, sha256=reading.sha256)
