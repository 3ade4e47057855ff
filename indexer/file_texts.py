"""Texts of the files that deliverables list, read once and cached."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.extraction.passages import file_passages
from indexer.model.document import FileReading, Passage
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Notify, message
from indexer.model.progress import FILES, Progress, no_progress
from indexer.model.record import Record
from indexer.model.record_parts import OriginalFile
from indexer.model.records import Deliverable
from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_files


class FileTexts:
    """Readings of the files of records, through the reading cache."""

    def __init__(self, documents: Path, cache: ReadingCache) -> None:
        self._documents = documents
        self._cache = cache
        self._has_text: dict[str, bool] = {}

    def path(self, record_id: RecordId, file: OriginalFile) -> Path:
        """Return the path of a file of a record."""
        folder = self._documents / record_id.kind.folder / record_id.slug
        return folder / FILES_FOLDER / file.name

    def answer(self, record_id: RecordId, file: OriginalFile) -> ReadingAnswer:
        """Return the reading of a file, or its error; read it now if not cached."""
        cached = self._cached(file)
        if cached is not None:
            return cached
        answer = next(iter(read_files([self.path(record_id, file)], processes=1)))
        self._store(file.sha256, answer)
        return answer

    def has_text(self, file: OriginalFile) -> bool:
        """Return whether a reading of the file is cached; the file is not read."""
        if file.sha256 not in self._has_text:
            cached = self._cached(file)
            if cached is None:
                return False
            self._has_text[file.sha256] = isinstance(cached, FileReading)
        return self._has_text[file.sha256]

    def recognised(self, record: Record) -> tuple[str, ...]:
        """Return the digests of the record's files that were read with OCR."""
        files = record.files if isinstance(record, Deliverable) else ()
        return tuple(
            file.sha256 for file in files if self._cache.has_recognised(file.sha256)
        )

    def known(self, file: OriginalFile) -> FileReading | None:
        """Return the cached reading of a file; the file is not read."""
        answer = self._cached(file)
        return answer if isinstance(answer, FileReading) else None

    def _cached(self, file: OriginalFile) -> ReadingAnswer | None:
        return (
            self._cache.get(file.name, file.sha256, ocr=True)
            or self._cache.get(file.name, file.sha256)
            or self._cache.get_refusal(file.name, file.sha256)
        )

    def _store(self, sha256: str, answer: ReadingAnswer) -> None:
        # Without disk space the file is read again next time: slower, not wrong.
        with contextlib.suppress(OSError):
            self._cache.put(sha256, answer)
            if not isinstance(answer, FileReading):
                self._cache.put_refusal(sha256, answer)

    def read_missing(
        self,
        records: Iterable[Record],
        *,
        notify: Notify = lambda _: None,
        progress: Progress = no_progress,
    ) -> None:
        """Read and cache the files of records that are not cached yet, on all cores."""
        missing = [
            (self.path(record.id, file), file.sha256)
            for record in records
            if isinstance(record, Deliverable)
            for file in record.files
            if not self._cache.has(file.sha256)
        ]
        if len(missing) < 2:
            return
        notify(message("files to read: %(count)s", count=len(missing)))
        answers = progress(FILES, read_files(path for path, _ in missing), len(missing))
        for (_, sha256), answer in zip(missing, answers, strict=True):
            self._store(sha256, answer)

    def prune(self) -> None:
        """Delete the cached readings of other versions of the readers."""
        with contextlib.suppress(OSError):
            self._cache.prune()

    def passages(self, record: Record) -> Iterator[tuple[Locale, Passage]]:
        """Yield the passages of a record's files, each with the locale of its edition.

        The edition is the one in the language of the file; for another language, the
        first one.
        """
        if not isinstance(record, Deliverable):
            return
        for file in record.files:
            reading = self.answer(record.id, file)
            if not isinstance(reading, FileReading):
                continue
            language = file.language or reading.language or record.language or ""
            is_ours = not language or language in set(Locale)
            locale = Locale(
                language if is_ours and language else record.editions[0].locale
            )
            edition = record.edition(locale)
            other = "" if is_ours else language
            for passage in file_passages(reading.document, file.name, locale, other):
                yield edition.locale, passage
