"""The texts of the files of deliverables: each is read once, and kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import indexer.readers
from indexer.corpus.originals import FILES_FOLDER
from indexer.extraction.file_texts import file_passages
from indexer.model.document import Document, Passage
from indexer.model.ids import Locale, RecordId
from indexer.model.readings import FileReading, FileType
from indexer.model.records import Deliverable, OriginalFile, Record
from indexer.readers.isolated import read_files
from indexer.readers.requests import Answer, pack, unpack

READ_MARK = pack(FileReading("", "", 0, FileType.TEXT, Document(())))[:1]
"""What an answer begins with when a file was read."""

Notify = Callable[[str], None]


class ReadingStore:
    """Keeps what was read in files by their SHA-256; it can be deleted at any time.

    What can't be read is kept too: nobody waits twice for it. Another version of the
    readers reads anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, sha256: str) -> bool:
        """Tell whether a file was read before."""
        return self._path(sha256).exists()

    def get(self, sha256: str) -> Answer | None:
        """Give what came of a file, if it was read before."""
        try:
            return unpack(zlib.decompress(self._path(sha256).read_bytes()))
        except (OSError, ValueError, zlib.error):
            return None

    def is_readable(self, sha256: str) -> bool | None:
        """Tell whether a file gave a text; None when it was not read yet."""
        try:
            with self._path(sha256).open("rb") as file:
                first = zlib.decompressobj().decompress(file.read(64), 1)
        except (OSError, zlib.error):
            return None
        return first == READ_MARK

    def put(self, sha256: str, answer: Answer) -> None:
        """Keep what came of a file, whole or not at all."""
        path = self._path(sha256)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(zlib.compress(pack(answer), 1))
            beside.replace(path)
        except OSError:
            # It will be read again, which costs time and nothing else.
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / _readers_version() / sha256[:2] / sha256


@cache
def _readers_version() -> str:
    folder = Path(indexer.readers.__path__[0])
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


class FileTexts:
    """Gives the readings of the files that records list."""

    def __init__(self, documents: Path, store: ReadingStore) -> None:
        self._documents = documents
        self._store = store
        self._readable: dict[str, bool] = {}

    def path(self, record_id: RecordId, file: OriginalFile) -> Path:
        """Give where a file of a record lies."""
        folder = self._documents / record_id.kind.folder / record_id.slug
        return folder / FILES_FOLDER / file.name

    def answer(self, record_id: RecordId, file: OriginalFile) -> Answer:
        """Give what came of a file, read now unless it was before."""
        known = self._store.get(file.sha256)
        if known is not None:
            return known
        found = next(iter(read_files([self.path(record_id, file)], processes=1)))
        self._store.put(file.sha256, found)
        return found

    def has_text(self, file: OriginalFile) -> bool:
        """Tell whether a file was read, and gave a text."""
        if file.sha256 not in self._readable:
            found = self._store.is_readable(file.sha256)
            if found is None:
                return False
            self._readable[file.sha256] = found
        return self._readable[file.sha256]

    def known(self, file: OriginalFile) -> FileReading | None:
        """Give what was read in a file before; None when it was not, or can't be."""
        answer = self._store.get(file.sha256)
        return answer if isinstance(answer, FileReading) else None

    def reading(self, record_id: RecordId, file: OriginalFile) -> FileReading | None:
        """Give what was read in a file; None when it can't be read."""
        answer = self.answer(record_id, file)
        return answer if isinstance(answer, FileReading) else None

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
        notify(f"reading {len(missing)} files")
        answers = read_files(path for path, _ in missing)
        for (_, sha256), answer in zip(missing, answers, strict=True):
            self._store.put(sha256, answer)

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
