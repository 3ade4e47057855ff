"""The texts of the files of deliverables: each is read once, and kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.extraction.file_passages import file_passages
from indexer.model.document import Passage
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Notify, message
from indexer.model.readings import FileReading
from indexer.model.records import Deliverable, OriginalFile, Record
from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_files


class FileTexts:
    """Gives the readings of the files that records list."""

    def __init__(self, documents: Path, store: ReadingCache) -> None:
        self._documents = documents
        self._store = store
        self._readable: dict[str, bool] = {}

    def path(self, record_id: RecordId, file: OriginalFile) -> Path:
        """Give where a file of a record lies."""
        folder = self._documents / record_id.kind.folder / record_id.slug
        return folder / FILES_FOLDER / file.name

    def answer(self, record_id: RecordId, file: OriginalFile) -> ReadingAnswer:
        """Give what came of a file, read now unless it was before."""
        known = self._known(file)
        if known is not None:
            return known
        found = next(iter(read_files([self.path(record_id, file)], processes=1)))
        self._keep(file.sha256, found)
        return found

    def has_text(self, file: OriginalFile) -> bool:
        """Tell whether a file was read, and gave a text."""
        if file.sha256 not in self._readable:
            known = self._known(file)
            if known is None:
                return False
            self._readable[file.sha256] = isinstance(known, FileReading)
        return self._readable[file.sha256]

    def recognised(self, record: Record) -> tuple[str, ...]:
        """Give the digests of the files of a record whose pictures were recognised."""
        files = record.files if isinstance(record, Deliverable) else ()
        return tuple(
            each.sha256 for each in files if self._store.has_recognised(each.sha256)
        )

    def known(self, file: OriginalFile) -> FileReading | None:
        """Give what was read in a file before; None when it was not, or can't be."""
        answer = self._known(file)
        return answer if isinstance(answer, FileReading) else None

    def reading(self, record_id: RecordId, file: OriginalFile) -> FileReading | None:
        """Give what was read in a file; None when it can't be read."""
        answer = self.answer(record_id, file)
        return answer if isinstance(answer, FileReading) else None

    def _known(self, file: OriginalFile) -> ReadingAnswer | None:
        return (
            self._store.get(file.name, file.sha256, ocr=True)
            or self._store.get(file.name, file.sha256)
            or self._store.refusal(file.name, file.sha256)
        )

    def _keep(self, sha256: str, answer: ReadingAnswer) -> None:
        # What can't be kept is read again, which costs time and nothing else.
        with contextlib.suppress(OSError):
            self._store.put(sha256, answer)
            if not isinstance(answer, FileReading):
                self._store.refuse(sha256, answer)

    def read_missing(
        self, records: Iterable[Record], *, notify: Notify = lambda _: None
    ) -> None:
        """Read the files of these records that were not read before, on all cores."""
        missing = [
            (self.path(record.id, file), file.sha256)
            for record in records
            if isinstance(record, Deliverable)
            for file in record.files
            if not self._store.has(file.sha256)
        ]
        if len(missing) < 2:
            return
        notify(message("files to read: %(count)s", count=len(missing)))
        answers = read_files(path for path, _ in missing)
        for (_, sha256), answer in zip(missing, answers, strict=True):
            self._keep(sha256, answer)

    def passages(self, record: Record) -> Iterator[tuple[Locale, Passage]]:
        """Give the passages of the files of a record, with the edition they belong to.

        That is the edition in the language of the file, or the only one there is.
        """
        if not isinstance(record, Deliverable):
            return
        for file in record.files:
            reading = self.reading(record.id, file)
            if reading is None:
                continue
            locale = file.language or reading.locale or record.editions[0].locale
            edition = record.edition(locale)
            for passage in file_passages(reading.document, file.name, locale):
                yield edition.locale, passage
